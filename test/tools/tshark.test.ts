import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { useProduct } from '../support/registry.ts';
import { parseServices, type ServicesEntry } from '../support/services-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { download, runTool } from '../support/tools.ts';

const product = useProduct();

/** pcap's LINKTYPE_RAW: packets begin with the IP header. */
const RAW_IP = '101';

/** IANA's number of each protocol, and the length of its header in bytes. */
const HEADERS: Readonly<Record<string, readonly [number: number, length: number]>> = {
  tcp: [6, 20],
  udp: [17, 8],
  sctp: [132, 12],
  dccp: [33, 16],
};

/** Returns a packet without content from port 1 to a port, as text2pcap reads it. */
function packetTo({ port, protocol }: ServicesEntry): string {
  const [number, length] = HEADERS[protocol] ?? [0, 0];
  const packet = Buffer.alloc(20 + length);
  packet.set([0x45, 0, 0, packet.length, 0, 0, 0, 0, 64, number, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
  packet.writeUInt16BE(1, 20);
  packet.writeUInt16BE(port, 22);
  if (protocol === 'tcp') packet[32] = 0x50;
  if (protocol === 'udp') packet[25] = 8;
  if (protocol === 'dccp') packet[24] = 4;
  return `000000 ${packet.toString('hex').replace(/../g, '$& ')}\n`;
}

for (const origin of ['iana', 'informal', 'iana,informal']) {
  test(`tshark uses the names of a services file of origin=${origin}`, async (t) => {
    const folder = temporaryFolder(t);
    const settings = join(folder, 'wireshark');
    mkdirSync(settings);
    const { text } = await download(product, `/export/services?origin=${origin}`, settings, 'services');
    const entries = [...parseServices(text).values()].filter(({ port }) => port !== 1);
    assert.ok(entries.length > 400);

    const [dump, capture] = [join(folder, 'packets.txt'), join(folder, 'packets.pcap')];
    writeFileSync(dump, entries.map(packetTo).join(''));
    const made = await runTool('text2pcap', ['-q', '-l', RAW_IP, dump, capture]);
    assert.equal(made.code, 0, made.stderr);

    const environment = { HOME: folder, XDG_CONFIG_HOME: folder };
    const decode = ['-r', capture, '-N', 't', '-O', 'tcp,udp,sctp,dccp'];
    const { code, stdout, stderr } = await runTool('tshark', decode, environment);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /services|pars|invalid|warn/i);
    const names = [...stdout.matchAll(/^ {4}Destination [Pp]ort: (.*)$/gm)].map(([, words]) => words);
    assert.deepEqual(
      names,
      entries.map(({ name, port }) => `${name} (${port})`),
    );
  });
}
