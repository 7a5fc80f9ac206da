import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EXPORTS } from '../../src/http/exports.ts';
import { MEDIA_TYPES } from '../../src/http/negotiate.ts';
import { ASSIGNMENT_STATES } from '../../src/registry/assignment.ts';
import { CATEGORIES, CONFIDENCES, ORIGINS } from '../../src/registry/association.ts';
import { PORT_RANGES } from '../../src/registry/port-range.ts';
import { LIST_NAMES } from '../../src/registry/registry.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/transport-protocol.ts';
import { ROUTES } from '../../src/rest/routes.ts';
import {
  type Answer,
  at,
  CONTRACT,
  CONTRACT_FILE,
  checkContract,
  checkValue,
  type Node,
  request,
  toPart,
  validator,
} from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** What is served beside the resources of the REST face: each method, and its query parameters. */
const OTHER_ROUTES = [
  ['get /healthz', []],
  ['get /readyz', []],
  ['get /openapi.json', []],
  ['get /docs', []],
  ['get /graphql', ['query', 'operationName', 'variables', 'extensions']],
  ['post /graphql', []],
  ['post /ports/lookup', ['format']],
  ...EXPORTS.map(({ path, takesOrigins }) => [`get ${path}`, takesOrigins ? ['origin'] : []] as const),
] as const;

/** Fields that may be missing, because RFC 9457 and GraphQL have it so. Every other field is always there. */
const OPTIONAL_FIELDS = [
  'BatchPort.protocol',
  'GraphqlError.locations',
  'GraphqlError.path',
  'GraphqlRequest.extensions',
  'GraphqlRequest.operationName',
  'GraphqlRequest.variables',
  'GraphqlResult.errors',
  'Problem.errors',
  'Problem.suggestions',
];

/** Every object of the document with its JSON pointer, but for what stands inside of examples. */
function* nodes(node: unknown = CONTRACT, pointer = ''): Generator<readonly [pointer: string, node: Node]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [pointer, node as Node];
  for (const [key, child] of Object.entries(node)) {
    if (!/^examples?$/.test(key)) yield* nodes(child, `${pointer}/${toPart(key)}`);
  }
}

/** The operations of the document, as `get /ports`, with the names of their query parameters. */
function documentedOperations(): (readonly [string, string[]])[] {
  return Object.keys(CONTRACT.paths as Node).flatMap((path) => {
    const pointer = `/paths/${toPart(path)}`;
    const { parameters: shared, ...operations } = at(pointer).node;
    return Object.keys(operations).map((method) => {
      const own = parametersAt(`${pointer}/${method}/parameters`, (operations[method] as Node).parameters);
      const all = [...parametersAt(`${pointer}/parameters`, shared), ...own];
      return [`${method} ${path}`, all.filter((one) => one.in === 'query').map(({ name }) => String(name))] as const;
    });
  });
}

function parametersAt(pointer: string, parameters: unknown): Node[] {
  return ((parameters ?? []) as Node[]).map((_, index) => at(`${pointer}/${index}`).node);
}

/** The media types in which an operation, such as `get /ports`, answers with 200. */
function mediaTypesOf(operation: string): string[] {
  const [method = '', path = ''] = operation.split(' ');
  return Object.keys(at(`${at(`/paths/${toPart(path)}/${method}/responses/200`).pointer}/content`).node);
}

/** The values of a place that has a schema and examples. */
function examplesAt(pointer: string, { example, examples }: Node): unknown[] {
  const named = Object.keys((examples ?? {}) as Node).map((name) => at(`${pointer}/examples/${name}`).node.value);
  return example === undefined ? named : [example, ...named];
}

function sorted<T>(operations: readonly (readonly [string, readonly T[]])[]): [string, T[]][] {
  return operations
    .map(([operation, names]): [string, T[]] => [operation, names.toSorted()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('the document', () => {
  test('has nothing to say for the linter', async () => {
    const linter = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
    const rules = fileURLToPath(new URL('redocly.yaml', CONTRACT_FILE));
    const lint = [linter, 'lint', '--format=stylish', '--config', rules, fileURLToPath(CONTRACT_FILE)];
    const env = { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off' };
    const fault = await promisify(execFile)(process.execPath, lint, { env }).then(
      () => '',
      (error) => error.stdout + error.stderr,
    );
    assert.equal(fault, '');
  });

  test('has every route of the code with exactly its query parameters, and no other', () => {
    const resources = ROUTES.map(({ path, parameters }) => {
      const template = path.replace(/\{?:(\w+)\}?/g, '{$1}');
      return [`get ${template}`, [...parameters, 'format']] as const;
    });
    assert.deepEqual(sorted(documentedOperations()), sorted([...resources, ...OTHER_ROUTES]));
  });

  test('has every export in the media type of the code', () => {
    for (const { path, mediaType } of EXPORTS) {
      assert.deepEqual(mediaTypesOf(`get ${path}`), [mediaType]);
    }
  });

  test('has the words of the domain', () => {
    const words = (pointer: string) => at(pointer).node.enum;
    const schemas = '/components/schemas';
    assert.deepEqual(words(`${schemas}/TransportProtocol`), TRANSPORT_PROTOCOLS);
    assert.deepEqual(words(`${schemas}/AssignmentState`), ASSIGNMENT_STATES);
    assert.deepEqual(words(`${schemas}/PortState`), [...ASSIGNMENT_STATES, 'dynamic', 'unlisted']);
    assert.deepEqual(words(`${schemas}/Category`), CATEGORIES);
    assert.deepEqual(words(`${schemas}/Confidence`), CONFIDENCES);
    assert.deepEqual(words(`${schemas}/Origin`), ORIGINS);
    const rowOrigins = words(`${schemas}/Association/properties/origin`);
    assert.deepEqual(
      rowOrigins,
      ORIGINS.filter((origin) => origin !== 'iana'),
    );
    assert.deepEqual(words(`${schemas}/LoadedList/properties/list`), LIST_NAMES);
    const ranges = [words(`${schemas}/RangeName`), words(`${schemas}/PortRange/properties/title`)];
    assert.deepEqual(ranges, [PORT_RANGES.map(({ name }) => name), PORT_RANGES.map(({ title }) => title)]);
  });

  test('describes every field, schema, parameter, header field, response, operation and tag', () => {
    const described = /^\/(tags\/\d+|components\/(schemas|parameters|headers|responses)\/\w+|.*\/properties\/\w+)$/;
    const places = [...nodes()].filter(([pointer, node]) => described.test(pointer) || 'operationId' in node);
    assert.ok(places.length > 150, `found only ${places.length} places`);
    const silent = places.filter(
      ([, { description }]) => typeof description !== 'string' || !description.endsWith('.'),
    );
    assert.deepEqual(
      silent.map(([pointer]) => pointer),
      [],
    );
  });

  test('leaves no object open, and has every field in it always there', () => {
    const objects = [...nodes()].filter(([, node]) => 'properties' in node);
    const open = objects.filter(
      ([, node]) => node.additionalProperties !== false && node.unevaluatedProperties !== false,
    );
    assert.deepEqual(
      open.map(([pointer]) => pointer),
      ['/components/schemas/Page'],
      'only the base of the lists, which the lists close, is open',
    );
    const optional = objects.flatMap(([pointer, { properties, required }]) =>
      Object.keys(properties as Node)
        .filter((field) => !(required as string[]).includes(field))
        .map((field) => `${pointer.split('/').at(-1)}.${field}`),
    );
    assert.deepEqual(optional.sort(), OPTIONAL_FIELDS);
  });

  test('has only schemas that can be compiled', () => {
    for (const name of Object.keys(at('/components/schemas').node)) validator(`/components/schemas/${name}`);
  });

  test('has examples that fit their schemas, at every parameter, header field and body', () => {
    const places = [...nodes()].filter(([, node]) => 'schema' in node);
    for (const [pointer, node] of places) {
      const examples = examplesAt(pointer, node);
      assert.ok(examples.length > 0, `${pointer} has no example`);
      for (const example of examples) checkValue(`${pointer}/schema`, example, `an example of ${pointer}`);
    }
  });

  test('uses every example', () => {
    const used = JSON.stringify(CONTRACT).match(/(?<="#\/components\/examples\/)\w+/g);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(at('/components/examples').node).sort());
  });
});

describe('the answers of the server follow the document', () => {
  const questions = [
    [200, 'get', '/ports/60257'],
    [200, 'get', '/ports/3000?format=text'],
    [200, 'get', '/ports/3000?format=csv'],
    [200, 'get', '/ports/66/tcp'],
    [200, 'head', '/ports/66/tcp'],
    [200, 'get', '/ports?ports=6010,443/tcp,65530-65535&limit=4&offset=2'],
    [200, 'get', '/ports?ports=6010,443/tcp&format=text'],
    [200, 'get', '/services/whois%2B%2B'],
    [200, 'get', '/ports?ports=6010,443/tcp&format=csv'],
    [200, 'get', '/services/airplay?format=text'],
    [200, 'get', '/services/airplay?format=csv'],
    [200, 'get', '/search?q=ssh&limit=1000'],
    [200, 'get', '/search?q=ssh&format=text'],
    [200, 'get', '/search?q=sssh'],
    [200, 'get', '/search?q=sssh&format=csv'],
    [200, 'get', '/search?q=sssh&format=text'],
    [200, 'get', '/assignments?port=6010&state=assigned'],
    [200, 'get', '/assignments?format=text'],
    [200, 'get', '/assignments?format=csv'],
    [200, 'get', '/assignments?offset=100000'],
    [200, 'get', '/assignments?offset=100000&format=text'],
    [200, 'get', '/assignments?offset=100000&format=csv'],
    [200, 'get', '/associations?category=storage&limit=1000'],
    [200, 'get', '/associations?format=text'],
    [200, 'get', '/associations?format=csv'],
    [200, 'get', '/associations/xsan-filesystem-access'],
    [200, 'get', '/associations/xsan-filesystem-access?format=text'],
    [200, 'get', '/associations/xsan-filesystem-access?format=csv'],
    [404, 'get', '/associations/xsan'],
    [400, 'get', '/search'],
    [400, 'get', '/assignments?state=free'],
    [200, 'get', '/ranges'],
    [200, 'get', '/ranges?format=text'],
    [200, 'get', '/ranges?format=csv'],
    [200, 'get', '/ephemeral-ranges'],
    [200, 'get', '/ephemeral-ranges?format=text'],
    [200, 'get', '/ephemeral-ranges?format=csv'],
    [200, 'get', '/registry'],
    [200, 'get', '/registry?format=text'],
    [200, 'get', '/registry?format=csv'],
    ...EXPORTS.flatMap(
      ({ path }) =>
        [
          [200, 'get', path],
          [200, 'head', path],
          [400, 'get', `${path}?port=80`],
          [400, 'get', `${path}?origin=ours`],
          [405, 'delete', path],
        ] as const,
    ),
    [200, 'get', '/export/services?origin=own'],
    [200, 'get', '/export/ndjson?origin=own'],
    [405, 'get', '/ports/lookup'],
    [200, 'get', '/healthz'],
    [200, 'get', '/readyz'],
    [200, 'get', '/openapi.json'],
    [200, 'head', '/openapi.json'],
    [200, 'get', '/docs'],
    [405, 'post', '/docs'],
    [200, 'get', '/graphql?query={ranges{name}}'],
    [200, 'get', '/graphql?query={port(number:65536){number}}'],
    [400, 'get', '/graphql?query={harbour}'],
    [405, 'get', '/graphql?query=mutation{__typename}'],
    [400, 'get', '/ports/65536'],
    [400, 'get', '/ports/80/icmp'],
    [400, 'get', '/ports/'],
    [400, 'get', '/ports'],
    [404, 'get', '/ports/80/'],
    [404, 'get', '/services/sshh'],
    [404, 'get', '/harbours'],
    [405, 'post', '/ports/80'],
    [405, 'delete', '/healthz'],
    [405, 'patch', '/graphql'],
    [406, 'get', '/ports/80?format=html'],
    [204, 'options', '/ports/80'],
  ] as const;
  for (const [status, method, path] of questions) {
    test(`${method.toUpperCase()} ${path} gives ${status}`, async () => {
      await request(product.app)[method](path).expect(status);
    });
  }

  test('in exactly the forms that it names', async () => {
    const known = Object.entries(MEDIA_TYPES);
    for (const path of ['/ports/22', '/ports?ports=22', '/services/ssh', '/search?q=ssh', '/registry', '/ranges']) {
      const [route = '', search = ''] = path.split('?');
      const described = mediaTypesOf(`get ${route.replace('22', '{port}').replace('ssh', '{serviceName}')}`);
      for (const [format, mediaType] of known) {
        const status = described.includes(mediaType) ? 200 : 406;
        await request(product.app).get(`${route}?${search}&format=${format}`).expect(status);
      }
    }
    const ofBatch = mediaTypesOf('post /ports/lookup');
    for (const [format, mediaType] of known) {
      const status = ofBatch.includes(mediaType) ? 200 : 406;
      await request(product.app).post(`/ports/lookup?format=${format}`).send([22]).expect(status);
    }
    const words = (parameter: string) => at(`/components/parameters/${parameter}/schema`).node.enum as string[];
    const types = (formats: readonly string[]) => formats.map((format) => MEDIA_TYPES[format as 'json']);
    assert.deepEqual(types(words('Format')), mediaTypesOf('get /ports'));
    assert.deepEqual(types(words('FormatOfBatch')), ofBatch);
  });

  test('and a 304 has no body', async () => {
    for (const path of ['/ports/80', '/healthz', '/graphql?query={ranges{name}}', ...EXPORTS.map(({ path }) => path)]) {
      await request(product.app).get(path).set('If-None-Match', '*').expect(304);
    }
  });

  test('and so do those to a body', async () => {
    const post = (type: string) => request(product.app).post('/graphql').set('Content-Type', type);
    await post('application/json').send('{"query":"{ranges{name}}"}').expect(200);
    await post('application/json').send('{"query"').expect(400);
    await post('application/json').send(' '.repeat(200_000)).expect(413);
    await post('application/json; charset=latin1').send('{}').expect(415);
  });

  test('and so do those to a batch', async () => {
    const post = (type: string) => request(product.app).post('/ports/lookup').set('Content-Type', type);
    const examples = at('/paths/~1ports~1lookup/post/requestBody/content').node;
    for (const [type, media] of Object.entries(examples as Readonly<Record<string, Node>>)) {
      for (const name of Object.keys(media.examples as Node)) {
        const { value } = at(`/paths/~1ports~1lookup/post/requestBody/content/${toPart(type)}/examples/${name}`).node;
        await post(type)
          .send(typeof value === 'string' ? value : JSON.stringify(value))
          .expect(200);
      }
    }
    await post('application/json').send('[null, 70000, "ssh", {"number": 80, "protocol": "icmp"}]').expect(200);
    await post('application/json').send('[').expect(400);
    await post('application/json').send('{}').expect(400);
    await post('application/json').set('Accept', 'image/png').send('[]').expect(406);
    await post('text/plain').send('0-65535\n80').expect(413);
    await post('application/x-www-form-urlencoded').send('80').expect(415);
  });
});

describe('an answer that is not the one described', () => {
  const port = at('/components/examples/PortOfProtocol').node.value as Node;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    etag: '"1"',
    'cache-control': 'no-cache',
    vary: 'Accept',
    'x-request-id': '1',
  };
  const good = { method: 'GET', path: '/ports/443/tcp?format=json', status: 200, headers, text: JSON.stringify(port) };

  function refuses(change: Partial<Answer>, message: RegExp): void {
    assert.throws(() => checkContract({ ...good, ...change }), message);
  }

  test('is told from one that is', () => {
    checkContract(good);
  });

  test('is refused for a field too many, too few or of another type', () => {
    const { summary, ...rest } = port;
    refuses({ text: JSON.stringify({ ...port, harbour: 1 }) }, /must NOT have additional properties.*harbour/);
    refuses({ text: JSON.stringify(rest) }, /must have required property 'summary'/);
    refuses({ text: JSON.stringify({ ...port, number: '443' }) }, /\/number must be integer/);
    refuses({ text: JSON.stringify({ ...port, states: { tcp: 'free' } }) }, /\/states\/tcp must be equal to one of/);
    const list = { count: 1, next: null, previous: null, results: [], total: 1 };
    refuses({ path: '/ports', text: JSON.stringify(list) }, /must NOT have unevaluated properties.*total/);
  });

  test('is refused for a status, a path or a method that is not described', () => {
    refuses({ status: 418 }, /GET \/ports\/\{port\}\/\{protocol\}: 418 is not in the contract, which has 200, 304/);
    refuses({ path: '/harbours' }, /GET \/harbours: the contract has no such path/);
    refuses({ method: 'POST' }, /POST \/ports\/\{port\}\/\{protocol\} is not in the contract/);
  });

  test('is refused for another media type, text that does not end in one line feed, or a body with HEAD', () => {
    refuses({ headers: { ...headers, 'content-type': 'text/html' } }, /"text\/html" is not in the contract/);
    const text = { ...headers, 'content-type': 'text/plain; charset=utf-8' };
    refuses({ headers: text, text: '443/tcp  system  https\n\n' }, /must match pattern/);
    refuses({ method: 'HEAD' }, /expected no body/);
  });

  test('is refused for a problem with another status than its answer', () => {
    const problem = { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
    const text = JSON.stringify(at('/components/examples/ProblemPortNumber').node.value);
    checkContract({ ...good, status: 400, headers: problem, text });
    refuses({ status: 500, headers: problem, text }, /the problem has another status/);
  });

  test('is refused for a header field that is missing or has another value', () => {
    const { etag, ...rest } = headers;
    refuses({ headers: rest }, /the header field ETag is missing/);
    refuses({ headers: { ...headers, 'cache-control': 'public' } }, /the header field Cache-Control does not fit/);
  });
});
