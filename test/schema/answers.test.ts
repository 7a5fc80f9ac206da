import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MEDIA_TYPES } from '../../src/http/message/negotiate.ts';
import { EXPORTS } from '../../src/render/export-files.ts';
import { type Answer, at, checkContract, mediaTypesOf, type Node, request, toPart } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

describe('the responses of the server follow the contract', () => {
  const questions = [
    [200, 'get', '/ports/60257'],
    [200, 'get', '/ports/3000?format=text'],
    [200, 'get', '/ports/3000?format=csv'],
    [200, 'get', '/ports/66/tcp'],
    [200, 'head', '/ports/66/tcp'],
    [200, 'get', '/ports?ports=6010,443/tcp,65530-65535&limit=4&offset=2'],
    [200, 'get', '/ports?ports=6010,443/tcp&format=text'],
    [200, 'get', '/ports/60257/suitability'],
    [200, 'get', '/ports/8443/suitability?protocol=tcp&environment=test'],
    [200, 'get', '/ports/8443/suitability?format=text'],
    [200, 'get', '/ports/8443/suitability?format=csv'],
    [400, 'get', '/ports/70000/suitability'],
    [400, 'get', '/ports/80/suitability?environment='],
    [405, 'post', '/ports/80/suitability'],
    [200, 'get', '/chart.bin'],
    [200, 'head', '/chart.bin'],
    [400, 'get', '/chart.bin?x=1'],
    [401, 'get', '/chart.bin?observed=true'],
    [405, 'post', '/chart.bin'],
    [200, 'get', '/suggestions'],
    [200, 'get', '/suggestions?count=100&near=40000&protocol=udp'],
    [200, 'get', '/suggestions?within=80-90'],
    [200, 'get', '/suggestions?within=80-90&format=text'],
    [200, 'get', '/suggestions?within=80-90&format=csv'],
    [200, 'get', '/suggestions?avoid=&like=x&format=csv'],
    [400, 'get', '/suggestions?count=101'],
    [405, 'delete', '/suggestions'],
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
    ...['/reports/allowed-ports', '/reports/due'].flatMap(
      (path) =>
        [
          ...['json', 'text', 'csv', 'html'].map((form) => [200, 'get', `${path}?format=${form}`] as const),
          [400, 'get', `${path}?limit=0`],
          [405, 'post', path],
        ] as const,
    ),
    [400, 'get', '/reports/due?days=-1'],
    [200, 'get', '/ranges'],
    [200, 'get', '/ranges?format=text'],
    [200, 'get', '/ranges?format=csv'],
    [200, 'get', '/ephemeral-ranges'],
    [200, 'get', '/ephemeral-ranges?format=text'],
    [200, 'get', '/ephemeral-ranges?format=csv'],
    [200, 'get', '/registry'],
    [200, 'get', '/registry?format=text'],
    [200, 'get', '/registry?format=csv'],
    ...['/registry/snapshots', '/registry/changes', '/ports/22/history'].flatMap(
      (path) =>
        [
          ...['json', 'text', 'csv', 'html', 'atom'].map((form) => [200, 'get', `${path}?format=${form}`] as const),
          [200, 'head', path],
          [400, 'get', `${path}?limit=0`],
          [405, 'post', path],
        ] as const,
    ),
    [200, 'get', '/ports/22?asOf=2026-11-27'],
    [404, 'get', '/ports/22/tcp?asOf=1969-12-31'],
    [404, 'get', '/ports?ports=22&asOf=1969-12-31'],
    [404, 'get', '/services/ssh?asOf=1969-12-31'],
    [400, 'get', '/registry/changes?kind=split'],
    [400, 'get', '/ports/22?asOf=2026-02-30'],
    ...EXPORTS.flatMap(
      ({ path }) =>
        [
          [200, 'get', path],
          [200, 'head', path],
          [400, 'get', `${path}?colour=red`],
          [400, 'get', `${path}?origin=ours`],
          [405, 'delete', path],
        ] as const,
    ),
    [200, 'get', '/export/services?origin=own'],
    [200, 'get', '/export/ndjson?origin=own'],
    [405, 'get', '/ports/lookup'],
    [200, 'get', '/healthz'],
    [200, 'get', '/readyz'],
    [200, 'get', '/metrics'],
    [200, 'head', '/metrics'],
    [400, 'get', '/metrics?name=up'],
    [405, 'post', '/metrics'],
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
    [406, 'get', '/ports/80?format=ndjson'],
    [200, 'get', '/ports/80?format=html'],
    [400, 'get', '/ports/65536?format=html'],
    [404, 'get', '/harbours?format=html'],
    [200, 'get', '/'],
    [200, 'get', '/about'],
    [405, 'post', '/about'],
    [204, 'options', '/ports/80'],
  ] as const;
  for (const [status, method, path] of questions) {
    test(`${method.toUpperCase()} ${path} gives ${status}`, async () => {
      await request(product.app)[method](path).expect(status);
    });
  }

  test('in exactly the formats of the contract', async () => {
    const known = Object.entries(MEDIA_TYPES);
    for (const path of [
      '/ports/22',
      '/ports?ports=22',
      '/services/ssh',
      '/search?q=ssh&literal=true',
      '/registry',
      '/registry/changes',
      '/ranges',
    ]) {
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
    assert.deepEqual(types(words('FormatOfPorts')), mediaTypesOf('get /ports'));
    assert.deepEqual(types(words('Format')), mediaTypesOf('get /ranges'));
    assert.deepEqual(types(words('FormatOfBatch')), ofBatch);
  });

  test('and a 304 has no body', async () => {
    for (const path of ['/ports/80', '/healthz', '/graphql?query={ranges{name}}', ...EXPORTS.map(({ path }) => path)]) {
      await request(product.app).get(path).set('If-None-Match', '*').expect(304);
    }
  });

  test('also those to a body', async () => {
    const post = (type: string) => request(product.app).post('/graphql').set('Content-Type', type);
    await post('application/json').send('{"query":"{ranges{name}}"}').expect(200);
    await post('application/json').send('{"query"').expect(400);
    await post('application/json').send(' '.repeat(200_000)).expect(413);
    await post('application/json; charset=latin1').send('{}').expect(415);
  });

  test('also those to a batch', async () => {
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

describe('a response that does not follow the contract', () => {
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

  test('is distinguished from a correct one', () => {
    checkContract(good);
  });

  test('is refused for an additional, missing or wrongly typed field', () => {
    const { summary, ...rest } = port;
    refuses({ text: JSON.stringify({ ...port, harbour: 1 }) }, /must NOT have additional properties.*harbour/);
    refuses({ text: JSON.stringify(rest) }, /must have required property 'summary'/);
    refuses({ text: JSON.stringify({ ...port, number: '443' }) }, /\/number must be integer/);
    refuses({ text: JSON.stringify({ ...port, states: { tcp: 'free' } }) }, /\/states\/tcp must be equal to one of/);
    const list = { count: 1, next: null, previous: null, results: [], total: 1 };
    refuses({ path: '/ports', text: JSON.stringify(list) }, /must NOT have unevaluated properties.*total/);
  });

  test('is refused for an unknown status, path or method', () => {
    refuses({ status: 418 }, /GET \/ports\/\{port\}\/\{protocol\}: 418 is not in the contract, which has 200, 304/);
    refuses({ path: '/harbours' }, /GET \/harbours: the contract has no such path/);
    refuses({ method: 'POST' }, /POST \/ports\/\{port\}\/\{protocol\} is not in the contract/);
  });

  test('is refused for another media type, text that does not end in one line feed, or a body with HEAD', () => {
    refuses({ headers: { ...headers, 'content-type': 'text/rtf' } }, /"text\/rtf" is not in the contract/);
    const text = { ...headers, 'content-type': 'text/plain; charset=utf-8' };
    refuses({ headers: text, text: '443/tcp  system  https\n\n' }, /must match pattern/);
    refuses({ method: 'HEAD' }, /expected no body/);
    const page = {
      method: 'HEAD',
      path: '/harbours',
      status: 404,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    };
    checkContract({ ...page, text: '' });
    refuses({ ...page, text: '<!doctype html>' }, /expected no body/);
  });

  test('is refused for a problem with another status than its response', () => {
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
