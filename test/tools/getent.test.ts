import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { useProduct } from '../support/registry.ts';
import { parseServices } from '../support/services-file.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { download, runTool } from '../support/tools.ts';

const product = useProduct();
const SERVICES = '/etc/services';

let folder: string;
before(() => {
  folder = makeFolder();
});
after(() => removeFolder(folder));

/** Runs getent with another /etc/services, in a mount namespace that ends with it. */
async function getent(file: string, ...keys: string[]) {
  assert.ok(existsSync(SERVICES), `${SERVICES} is missing: apt-get install netbase`);
  // Other users than root become root in a user namespace, if the kernel allows that.
  const namespace = process.getuid?.() === 0 ? '-m' : '-rm';
  const script = `mount --bind "$1" ${SERVICES} || exit 99; shift; exec getent services "$@"`;
  const outcome = await runTool('unshare', [namespace, 'sh', '-c', script, 'sh', file, ...keys]);
  const denied = /^unshare: .*(?:not permitted|denied)/.test(outcome.stderr) || outcome.code === 99;
  assert.ok(!denied, `this machine lets nobody put a file in the place of ${SERVICES}: ${outcome.stderr}`);
  return outcome;
}

test('getent finds names, ports and aliases', async () => {
  const { file } = await download(product, '/export/services', folder, 'services');
  const cases = [
    ['http', 'http 80/tcp www www-http'],
    ['www-http', 'http 80/tcp www www-http'],
    ['80/udp', 'http 80/udp www www-http'],
    ['6010/tcp', 'x11 6010/tcp'],
    ['6063/udp', 'x11 6063/udp'],
    ['sql*net', 'sql-net 66/tcp sql*net'],
    ['whois++', 'whoispp 63/tcp whois++'],
    ['4242/dccp', 'vrml-multi-use 4242/dccp'],
    ['https', 'https 443/tcp'],
  ] as const;
  for (const [key, expected] of cases) {
    const { code, stdout } = await getent(file, key);
    assert.equal(code, 0, key);
    // Other names follow IANA's names. The tests below compare all names of every line.
    const names = stdout.trimEnd().split(/ +/);
    assert.equal(names.slice(0, expected.split(' ').length).join(' '), expected, key);
  }
  assert.match((await getent(file, 'apache2')).stdout, /^http +80\/tcp www www-http .*apache2/);
  for (const key of ['60257/tcp', '6667/udp', '6010/sctp', 'nosuchservice']) {
    assert.deepEqual(await getent(file, key), { code: 2, stdout: '', stderr: '' }, key);
  }
});

for (const origin of ['iana', 'iana,informal']) {
  test(`getent reads every line of origin=${origin} correctly`, async () => {
    const { file, text } = await download(product, `/export/services?origin=${origin}`, folder, 'services');
    const { code, stdout } = await getent(file);
    assert.equal(code, 0);
    const read = stdout.split('\n').slice(0, -1);
    const written = [...parseServices(text)].map(([place, { name, aliases }]) => [name, place, ...aliases].join(' '));
    assert.ok(written.length > 12_000);
    assert.deepEqual(
      read.map((line) => line.replace(/ +/g, ' ')),
      written,
    );
  });
}
