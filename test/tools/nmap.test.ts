import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { useProduct } from '../support/registry.ts';
import { parseServices, type ServicesEntry } from '../support/services-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { download, runTool } from '../support/tools.ts';

const product = useProduct();

/** Listens on the first port of a list that is free. */
async function listenOnOne(t: Parameters<typeof temporaryFolder>[0], entries: readonly ServicesEntry[]) {
  for (const entry of entries) {
    const server = createServer((socket) => socket.destroy());
    server.listen(entry.port, '127.0.0.1');
    const isFree = await Promise.race([once(server, 'listening'), once(server, 'error')]).then(
      () => server.listening,
      () => false,
    );
    if (!isFree) continue;
    t.after(() => server.close());
    return entry;
  }
  throw new Error('no port is free');
}

test('nmap reads every line without warnings and uses the names of the file', async (t) => {
  const folder = temporaryFolder(t);
  const origin = 'origin=iana,informal';
  const { file } = await download(product, `/export/nmap-services?${origin}`, folder, 'nmap-services');
  const services = parseServices((await download(product, `/export/services?${origin}`, folder, 'services')).text);
  const onTcp = [...services.values()].filter(({ protocol }) => protocol === 'tcp');
  const open = await listenOnOne(
    t,
    onTcp.filter(({ port }) => port > 20_000),
  );

  // nmap scans the ports of its file, without -p; it prints closed ports only with -d3.
  const scan = ['--servicedb', file, '-sT', '-Pn', '-n', '-d3', '-oX', '-', '127.0.0.1'];
  const { code, stdout, stderr } = await runTool('nmap', scan, { HOME: folder });
  assert.deepEqual([code, stderr], [0, ''], 'it complains of nothing');

  const ports = stdout.matchAll(
    /<port protocol="(\w+)" portid="(\d+)"><state state="(\w+)"[^>]*\/><service name="([^"]*)" method="table"/g,
  );
  const seen = new Map([...ports].map(([, protocol, port, state, name]) => [`${port}/${protocol}`, { state, name }]));
  assert.deepEqual(seen.get(`${open.port}/tcp`), { state: 'open', name: open.name });
  assert.equal(seen.get('8009/tcp')?.name, services.get('8009/tcp')?.name, 'the own file of nmap says ajp13');
  assert.deepEqual(
    Object.fromEntries([...seen].map(([place, { name }]) => [place, name])),
    Object.fromEntries(onTcp.map(({ port, name }) => [`${port}/tcp`, name])),
  );
});

test('nmap names open ports in an ordinary scan', async (t) => {
  const folder = temporaryFolder(t);
  const { file, text } = await download(product, '/export/nmap-services', folder, 'nmap-services');
  const entries = [...parseServices(text).values()];
  const open = await listenOnOne(
    t,
    entries.filter(({ port, protocol }) => port > 30_000 && protocol === 'tcp'),
  );
  const { code, stdout, stderr } = await runTool('nmap', ['--servicedb', file, '-sT', '-F', '-Pn', '-n', '127.0.0.1'], {
    HOME: folder,
  });
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, new RegExp(`^${open.port}/tcp +open +${open.name}$`, 'm'));
});
