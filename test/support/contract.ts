import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import supertest, { type Response } from 'supertest';
import { parse } from 'yaml';

/** Any node of the document: a JSON object. */
export type Node = Readonly<Record<string, unknown>>;

/** Where the contract lies. */
export const CONTRACT_FILE = new URL('../../schema/openapi.yaml', import.meta.url);

/** The contract of the REST face: an OpenAPI 3.1 document. */
export const CONTRACT: Node = parse(readFileSync(CONTRACT_FILE, 'utf8'));

const PROBLEM = 'application/problem+json';
const HTML = 'text/html';
const NDJSON = 'application/x-ndjson';
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
// The document is added as a whole, so that its references find each other: its own fields stand around the schemas.
ajv.addVocabulary(Object.keys(CONTRACT));
ajv.addSchema(CONTRACT, 'contract');

/** What is checked of an answer. */
export interface Answer {
  readonly method: string;
  /** Path and query, as they were asked. */
  readonly path: string;
  readonly status: number;
  /** Header fields under their names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as text; empty for none. */
  readonly text: string;
}

/**
 * Checks that an answer is one that the contract describes: route, method, status, header fields, media type, body.
 * Four rules hold for every path and are not written out for each: `HEAD` answers as `GET` without a body; `OPTIONS`
 * is CORS' 204; a path that the contract does not have answers with a problem, 404. A method that a path does not have
 * answers as the path's 405 says; who looks at it with a browser gets an error as a page.
 *
 * @param answer - The answer.
 * @throws {AssertionError} Saying what the contract has no word of.
 */
export function checkContract(answer: Answer): void {
  const { method, status, text } = answer;
  const path = answer.path.split('?', 1)[0] ?? '';
  if (method === 'OPTIONS') {
    assert.deepEqual([status, text], [204, ''], `OPTIONS ${path}: expected CORS' 204 without a body`);
    return;
  }
  const template = findPath(path);
  // An empty part is no value of a parameter: "/ports/80/" is a path that does not exist.
  if (template === undefined || (status === 404 && /\/(?:\/|$)/.test(path))) {
    assert.equal(status, 404, `${method} ${path}: the contract has no such path, and the answer is no 404`);
    checkError(answer, `${method} ${path}: 404`);
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

/** An error is a problem, or a page that says the same. */
function checkError(answer: Answer, where: string): void {
  if (isErrorPage(answer)) checkBody(answer, HTML, '/components/schemas/Html', where);
  else {
    checkMediaType(answer, { [PROBLEM]: {} }, where);
    if (answer.method !== 'HEAD') checkBody(answer, PROBLEM, '/components/schemas/Problem', where);
  }
}

function isErrorPage({ method, status, headers }: Answer): boolean {
  return method === 'GET' && status >= 400 && (headers['content-type'] ?? '').startsWith(`${HTML};`);
}

/**
 * Gives what supertest's agent gives, and checks every answer against the contract. Bodies come as they are unless the
 * test asks otherwise: to compress and unpack the large ones takes longer than to make them.
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
 * Gives the validator of a schema.
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
 * @param where - What the value is, for the error.
 * @throws {AssertionError} Naming each place of the value that does not fit.
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
 * Finds a node of the contract, through references.
 *
 * @param pointer - JSON pointer.
 * @returns The node, and the pointer of the place where it really stands.
 */
export function at(pointer: string): { readonly pointer: string; readonly node: Node } {
  let node: unknown = CONTRACT;
  for (const part of pointer.split('/').slice(1)) node = (node as Node | undefined)?.[fromPart(part)];
  assert.ok(typeof node === 'object' && node !== null, `the contract has nothing at ${pointer}`);
  const { $ref } = node as { readonly $ref?: string };
  return $ref === undefined ? { pointer, node: node as Node } : at($ref.replace('#', ''));
}

/**
 * Lists the media types in which an operation answers with 200.
 *
 * @param operation - Method and path, such as `get /ports`.
 */
export function mediaTypesOf(operation: string): string[] {
  const [method = '', path = ''] = operation.split(' ');
  return Object.keys(at(`${at(`/paths/${toPart(path)}/${method}/responses/200`).pointer}/content`).node);
}

/**
 * Writes a key as a part of a JSON pointer (RFC 6901).
 *
 * @param key - A key of an object, such as a path or a media type.
 */
export function toPart(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function fromPart(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The path of the contract that fits; one with fewer parameters goes before one with more. */
function findPath(path: string): string | undefined {
  const parameters = (template: string) => template.split('{').length;
  return Object.keys(CONTRACT.paths as Node)
    .filter((template) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]*')}$`).test(path))
    .sort((a, b) => parameters(a) - parameters(b))[0];
}

/** The operation of a method. A method that the path does not have must be a 405, which every operation describes. */
function findOperation(template: string, method: string, status: number) {
  const operations = at(`/paths/${toPart(template)}`).node;
  const name = method === 'HEAD' ? 'get' : method.toLowerCase();
  const known = Object.hasOwn(operations, name);
  assert.ok(known || status === 405, `${method} ${template} is not in the contract, and the answer is ${status}`);
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
 * JSON is checked as what it says, NDJSON also line by line, anything else as text; the status in a problem is that of
 * the answer.
 */
function checkBody({ text, status }: Answer, mediaType: string, schema: string, where: string): void {
  const value = /[/+]json$/.test(mediaType) ? JSON.parse(text) : text;
  checkValue(schema, value, where);
  if (mediaType === PROBLEM) assert.equal(value.status, status, `${where}: the problem has another status`);
  if (mediaType !== NDJSON) return;
  const lines = text.split('\n').slice(0, -1);
  // The document names the schema of a line beside that of the text: OpenAPI 3.1 has no keyword for it.
  const ofLine = schema.replace(/schema$/, 'x-line-schema');
  for (const [index, line] of lines.entries()) checkValue(ofLine, JSON.parse(line), `${where}: line ${index + 1}`);
}
