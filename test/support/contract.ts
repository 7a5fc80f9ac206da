import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import supertest, { type Response } from 'supertest';
import { parse } from 'yaml';

/** Any node of the document: a JSON object. */
export type Node = Readonly<Record<string, unknown>>;

/** The file of the contract. */
export const CONTRACT_FILE = new URL('../../schema/openapi.yaml', import.meta.url);

/** The contract of the REST API: an OpenAPI 3.1 document. */
export const CONTRACT: Node = parse(readFileSync(CONTRACT_FILE, 'utf8'));

const PROBLEM = 'application/problem+json';
const HTML = 'text/html';
const NDJSON = 'application/x-ndjson';
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
// Adds the whole document, so that its references resolve. Its other top-level fields are declared as a vocabulary.
ajv.addVocabulary(Object.keys(CONTRACT));
ajv.addSchema(CONTRACT, 'contract');

/** A response to check. */
export interface Answer {
  readonly method: string;
  /** Path and query of the request. */
  readonly path: string;
  readonly status: number;
  /** Header fields, with lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as text; empty for none. */
  readonly text: string;
}

/**
 * Checks a response against the contract: route, method, status, header fields, media type and body.
 * The contract does not repeat eight rules that hold for every path. `HEAD` answers as `GET` without a body. `OPTIONS` is
 * the 204 of CORS. An unknown path is a 404 with a problem, or a 503 under overload. An unknown method of a path is its 405, or
 * its 503 under overload. A browser gets an error as a page, is redirected from another spelling of a path, and from a form with
 * empty fields to the same path without them.
 *
 * @param answer - The answer.
 * @throws {AssertionError} Naming the part that is not in the contract.
 */
export function checkContract(answer: Answer): void {
  const { method, status, text } = answer;
  const path = answer.path.split('?', 1)[0] ?? '';
  if (method === 'OPTIONS') {
    assert.deepEqual([status, text], [204, ''], `OPTIONS ${path}: expected CORS' 204 without a body`);
    return;
  }
  if (status === 308) {
    assert.match(answer.headers.location ?? '', /^\/[a-z]/, `${method} ${path}: 308 to another server`);
    return;
  }
  if (status === 303 && pathOf(answer.headers.location ?? '') === pathOf(path)) return;
  const template = findPath(path);
  // A parameter cannot be empty: "/ports/80/" is an unknown path.
  if (template === undefined || (status === 404 && /\/(?:\/|$)/.test(path))) {
    const isBusy = status === 503 && answer.headers['retry-after'] !== undefined;
    assert.ok(
      status === 404 || isBusy,
      `${method} ${path}: the contract has no such path, and the answer is a ${status}`,
    );
    checkError(answer, `${method} ${path}: ${status}`);
    return;
  }
  const operation = findOperation(template, method, status);
  const where = `${operation.method.toUpperCase()} ${template}: ${status}`;
  const responses = at(`${operation.pointer}/responses`).node;
  assert.ok(
    Object.hasOwn(responses, status),
    `${where} is not in the contract, which has ${Object.keys(responses).join(', ')}: ${text.slice(0, 300)}`,
  );
  const { pointer, node: response } = at(`${operation.pointer}/responses/${status}`);
  for (const name of Object.keys((response.headers as Node | undefined) ?? {})) {
    checkHeader(`${pointer}/headers/${name}`, name, answer.headers[name.toLowerCase()], where);
  }
  if (method === 'HEAD' || response.content === undefined) {
    assert.equal(text, '', `${where}: expected no body`);
    return;
  }
  if (isErrorPage(answer)) {
    checkError(answer, where);
    return;
  }
  const mediaType = checkMediaType(answer, response.content as Node, where);
  checkBody(answer, mediaType, `${pointer}/content/${toPart(mediaType)}/schema`, `${where} ${mediaType}`);
}

/** Returns the normalized path of a URL on the server. */
function pathOf(url: string): string {
  return new URL(url, 'http://server').pathname;
}

/** Checks an error: a problem, or a page with the same content. */
function checkError(answer: Answer, where: string): void {
  if (answer.method === 'HEAD') {
    checkMediaType(answer, { [PROBLEM]: {}, [HTML]: {} }, where);
    assert.equal(answer.text, '', `${where}: expected no body`);
  } else if (isErrorPage(answer)) checkBody(answer, HTML, '/components/schemas/Html', where);
  else {
    checkMediaType(answer, { [PROBLEM]: {} }, where);
    checkBody(answer, PROBLEM, '/components/schemas/Problem', where);
  }
}

function isErrorPage({ method, status, headers }: Answer): boolean {
  return method === 'GET' && status >= 400 && (headers['content-type'] ?? '').startsWith(`${HTML};`);
}

/**
 * Returns a supertest agent that checks every response against the contract. Requests no compression by default:
 * compressing and decompressing large bodies takes longer than rendering them.
 */
export function request(app: Parameters<typeof supertest>[0]) {
  const agent = supertest(app);
  const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;
  const ask = (method: (typeof methods)[number]) => (path: string) =>
    agent[method](path).set('Accept-Encoding', 'identity').expect(checkResponse);
  return Object.fromEntries(methods.map((method) => [method, ask(method)])) as Record<
    (typeof methods)[number],
    ReturnType<typeof ask>
  >;
}

function checkResponse({ request, status, headers, text }: Response): void {
  const { method, url } = request as unknown as { method: string; url: string };
  checkContract({ method, path: url.replace(/^https?:\/\/[^/]+/, ''), status, headers, text: text ?? '' });
}

/**
 * Returns the validator of a schema.
 *
 * @param pointer - JSON pointer of the schema in the contract.
 */
export function validator(pointer: string): ValidateFunction {
  const validate = ajv.getSchema(`contract#${pointer.split('/').map(encodeURIComponent).join('/')}`);
  assert.ok(validate, `the contract has no schema at ${pointer}`);
  return validate;
}

/**
 * Checks a value against a schema of the contract.
 *
 * @param pointer - JSON pointer of the schema.
 * @param value - The value, as JSON has it.
 * @param where - A name for the value in the error.
 * @throws {AssertionError} Listing each invalid part of the value.
 */
export function checkValue(pointer: string, value: unknown, where: string): void {
  const validate = validator(pointer);
  validate(value);
  const faults = (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`,
  );
  assert.deepEqual(faults, [], `${where} does not fit the contract:\n${faults.join('\n')}`);
}

/**
 * Finds a node of the contract, and resolves references.
 *
 * @param pointer - JSON pointer.
 * @returns The node, and its pointer after the resolution.
 */
export function at(pointer: string): { readonly pointer: string; readonly node: Node } {
  let node: unknown = CONTRACT;
  for (const part of pointer.split('/').slice(1)) node = (node as Node | undefined)?.[fromPart(part)];
  assert.ok(typeof node === 'object' && node !== null, `the contract has nothing at ${pointer}`);
  const { $ref } = node as { readonly $ref?: string };
  return $ref === undefined ? { pointer, node: node as Node } : at($ref.replace('#', ''));
}

/**
 * Lists the media types of an operation's 200 responses.
 *
 * @param operation - Method and path, such as `get /ports`.
 */
export function mediaTypesOf(operation: string): string[] {
  const [method = '', path = ''] = operation.split(' ');
  return Object.keys(at(`${at(`/paths/${toPart(path)}/${method}/responses/200`).pointer}/content`).node);
}

/**
 * Encodes a key as a part of a JSON pointer (RFC 6901).
 *
 * @param key - A key of an object, such as a path or a media type.
 */
export function toPart(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function fromPart(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Finds the matching path of the contract; prefers the one with the fewest parameters. */
function findPath(path: string): string | undefined {
  const parameters = (template: string) => template.split('{').length;
  return Object.keys(CONTRACT.paths as Node)
    .filter((template) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]*')}$`).test(path))
    .sort((a, b) => parameters(a) - parameters(b))[0];
}

/** Finds the operation of a method. An unknown method must be a 405, which every operation of the path describes. */
function findOperation(template: string, method: string, status: number) {
  const operations = at(`/paths/${toPart(template)}`).node;
  const name = method === 'HEAD' ? 'get' : method.toLowerCase();
  const known = Object.hasOwn(operations, name);
  assert.ok(
    known || status === 405 || status === 503,
    `${method} ${template} is not in the contract, and the answer is ${status}`,
  );
  const described = known ? name : Object.keys(operations).find((key) => key !== 'parameters');
  return { method, pointer: `/paths/${toPart(template)}/${described}` };
}

function checkHeader(pointer: string, name: string, value: string | undefined, where: string): void {
  const header = at(pointer);
  if (value === undefined) {
    assert.ok(header.node.required !== true, `${where}: the header field ${name} is missing`);
    return;
  }
  const isNumber = at(`${header.pointer}/schema`).node.type === 'integer';
  checkValue(`${header.pointer}/schema`, isNumber ? Number(value) : value, `${where}: the header field ${name}`);
}

function checkMediaType({ headers }: Answer, content: Node, where: string): string {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
  const known = Object.keys(content);
  assert.ok(
    known.includes(mediaType),
    `${where}: "${mediaType}" is not in the contract, which has ${known.join(', ')}`,
  );
  return mediaType;
}

/**
 * Checks a body: JSON as its value, NDJSON also line by line, other types as text. The status in a problem must equal the
 * status of the response.
 */
function checkBody({ text, status }: Answer, mediaType: string, schema: string, where: string): void {
  const value = /[/+]json$/.test(mediaType) ? JSON.parse(text) : text;
  checkValue(schema, value, where);
  if (mediaType === PROBLEM) assert.equal(value.status, status, `${where}: the problem has another status`);
  if (mediaType !== NDJSON) return;
  const lines = text.split('\n').slice(0, -1);
  // OpenAPI 3.1 has no keyword for the schema of a line: the contract uses an extension next to the schema of the text.
  const ofLine = schema.replace(/schema$/, 'x-line-schema');
  for (const [index, line] of lines.entries()) checkValue(ofLine, JSON.parse(line), `${where}: line ${index + 1}`);
}
