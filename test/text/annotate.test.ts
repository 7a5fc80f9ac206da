import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketParser } from '../../src/sources/sockets/socket-parser.ts';
import { annotateNmapXml } from '../../src/text/annotate/nmap.ts';
import { annotateSockets } from '../../src/text/annotate/sockets.ts';

const NAMES = {
  byPort: new Map(
    Object.entries({
      '22/tcp': 'ssh',
      '53/tcp': 'domain',
      '53/udp': 'domain',
      '80/tcp': 'http',
      '123/udp': 'ntp',
      '135/tcp': 'epmap',
      '443/tcp': 'https',
      '445/tcp': 'microsoft-ds',
      '500/udp': 'isakmp',
      '5353/udp': 'mdns',
      '5432/tcp': 'postgresql',
      '8443/tcp': 'pcsync-https',
    }),
  ),
  byName: new Map([
    ['tcp ssh', 22],
    ['tcp https', 443],
    ['udp ntp', 123],
    ['tcp netbios-ssn', 139],
    ['tcp rdp', 3389],
  ]),
  weights: new Map(),
  // Those of Linux, and of Windows and macOS.
  ephemeral: [
    { firstPort: 32768, lastPort: 60999 },
    { firstPort: 49152, lastPort: 65535 },
  ],
};

/** Lines of each tool, and the text added to each; empty if a line has no socket. */
const SOCKETS: Readonly<Record<string, readonly (readonly [line: string, added: string])[]>> = {
  'ss -tunap': [
    ['Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess', 'Service'],
    ['tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*     users:(("sshd",pid=1,fd=3))', 'ssh'],
    ['udp   UNCONN 0      0      127.0.0.53%lo:53         0.0.0.0:*          ', 'domain'],
    ['tcp   LISTEN 0      128             [::]:60257         [::]:*', '-'],
    ['tcp   ESTAB  0      0           10.0.0.1:44818     10.0.0.2:53', '-> domain'],
    ['tcp   ESTAB  0      0           10.0.0.1:22        10.0.0.2:50000', 'ssh'],
    ['tcp   ESTAB  0      0    [::ffff:10.0.0.1]:60257   [::1]:60258', '-'],
    ['tcp   ESTAB  0      0           10.0.0.1:60257     10.0.0.9:22', '-'],
  ],
  'ss -tan': [
    ['State     Recv-Q Send-Q Local Address:Port  Peer Address:Port Process', 'Service'],
    ['LISTEN    0      128          0.0.0.0:5432       0.0.0.0:*           ', 'postgresql'],
    ['TIME-WAIT 0      0          127.0.0.1:45907    127.0.0.1:443', '-> https'],
  ],
  'netstat -anp of Linux': [
    ['Active Internet connections (servers and established)', ''],
    ['Proto Recv-Q Send-Q Local Address           Foreign Address         State', 'Service'],
    ['tcp6       0      0 :::80                   :::*                    LISTEN      7/python3.11', 'http'],
    ['udp        0      0 0.0.0.0:123             0.0.0.0:*                           9/ntpd', 'ntp'],
    ['Active UNIX domain sockets (servers and established)', ''],
    ['unix  2      [ ACC ]     STREAM     LISTENING     12345    /run/x.22', ''],
  ],
  'ss and netstat that show names': [
    ['tcp   LISTEN 0      128          0.0.0.0:ssh         0.0.0.0:*     users:(("sshd",pid=1,fd=3))', 'ssh'],
    ['tcp   ESTAB  0      0           10.0.0.1:44818     web.example.org:https', '-> https'],
    ['tcp4       0      0  *.SSH                  *.*                    LISTEN', 'ssh'],
    ['tcp        0      0 localhost:netbios-ssn   0.0.0.0:*              LISTEN', '-'],
    ['udp        0      0 host:ntp                *:*', 'ntp'],
    ['tcp   LISTEN 0      128          0.0.0.0:nobody-knows 0.0.0.0:*', ''],
    ['tcp   ESTAB  0      0           10.0.0.1:44818     10.0.0.2:nobody-knows', ''],
  ],
  'netstat -an of BSD and macOS': [
    ['tcp4       0      0  *.22                   *.*                    LISTEN', 'ssh'],
    ['tcp4       0      0  192.0.2.1.51234        192.0.2.2.443          ESTABLISHED', '-> https'],
    ['udp46      0      0  *.5353                 *.*', 'mdns'],
  ],
  'netstat -ano of Windows': [
    ['  Proto  Local Address          Foreign Address        State           PID', 'Service'],
    ['  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       4', 'epmap'],
    ['  UDP    [::]:500               *:*                                    9', 'isakmp'],
    ['  TCP    10.0.0.1:49700         10.0.0.2:445           ESTABLISHED     8', '-> microsoft-ds'],
  ],
  'lsof -i -nP': [
    ['COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME', 'Service'],
    ['python3.11 3235 root    3u  IPv4 192061      0t0  TCP *:8443 (LISTEN)', 'pcsync-https'],
    ['curl    77 me 5u IPv4 1 0t0 TCP 10.0.0.1:44818->10.0.0.2:80 (ESTABLISHED)', '-> http'],
    ['avahi    8 me 5u IPv6 1 0t0 UDP *:5353', 'mdns'],
  ],
};

for (const [tool, lines] of Object.entries(SOCKETS)) {
  test(`service names are added to the output of ${tool}`, () => {
    const annotator = annotateSockets(NAMES, socketParser());
    for (const [line, added] of lines) assert.equal(annotator(line), `${line}${added === '' ? '' : `  ${added}`}`);
  });
}

test('a name never ends its XML comment', () => {
  const names = {
    byPort: new Map(Object.entries({ '1/tcp': 'a--b-', '2/tcp': '---' })),
    byName: new Map(),
    weights: new Map(),
    ephemeral: [],
  };
  const annotator = annotateNmapXml(names);
  const port = (number: number) => `<port protocol="tcp" portid="${number}">`;
  assert.equal(annotator(port(1)), `${port(1)}<!-- Portolan: a- -b-  -->`);
  assert.equal(annotator(port(2)), `${port(2)}<!-- Portolan: - - -  -->`);
});
