import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { openForReading, openForWriting } from '../../src/sqlite/file/database.ts';
import { request } from '../support/contract.ts';
import { sendSnapshot } from '../support/observed.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

function put(source: string, text: string, query = '') {
  return sendSnapshot(product, `web-1?source=${source}${query}`, text);
}

/** Sends a snapshot that is accepted, and returns the number of its sockets, of the new ones and of those that have gone. */
async function counts(source: string, text: string, query = ''): Promise<number[]> {
  const { status, body } = await put(source, text, query);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.source, source);
  return [body.sockets, body.appeared, body.gone];
}

/** Sends a snapshot that is refused, and returns the place and the text of its fault. */
async function fault(source: string, text: string): Promise<[place: string, detail: string]> {
  const { status, body } = await put(source, text);
  assert.equal(status, 400, JSON.stringify(body));
  return [body.errors?.[0].parameter, body.detail];
}

/** Returns the listed sockets: source, scope, protocol, port, process and whether it has gone. */
async function listed(query = ''): Promise<string[]> {
  const { body } = await request(product.app)
    .get(`/observations${query === '' ? '?state=all' : query}`)
    .set('Authorization', product.bearer('read'));
  assert.equal(body.count, body.results.length);
  return body.results.map(
    ({ source, scope, protocol, port, process, goneAt }: Record<string, unknown>) =>
      `${source} ${scope} ${protocol} ${port} ${process ?? '?'}${goneAt === null ? '' : ' gone'}`,
  );
}

afterEach(() => {
  const db = openForWriting(product.database);
  db.exec('DELETE FROM observed_socket; DELETE FROM observed_snapshot');
  db.close();
});

/** Returns a line of `docker ps --format json`. */
function container(fields: Readonly<Record<string, string>>): string {
  const rest = { Command: '"/entrypoint.sh"', ID: '8f3c1a7e9b21', Image: 'nginx:1.29', State: 'running' };
  return `${JSON.stringify({ ...rest, Labels: '', Names: 'web', Ports: '', ...fields })}\n`;
}

const WEB = container({
  Labels:
    'maintainer=NGINX,com.docker.compose.service=web,com.docker.compose.project=shop,com.docker.compose.oneoff=False',
  Names: 'shop-web-1',
  Ports: '0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 127.0.0.1:9000-9002->9000-9002/tcp, 443/tcp',
});
const DNS = container({ Names: 'other/alias,dns', Ports: '0.0.0.0:53->53/udp, :::53->53/udp' });

describe('PUT /observations/{host}?source=docker', () => {
  test('stores the published ports with the names of services and containers', async () => {
    assert.deepEqual(await counts('docker', WEB + DNS + container({ Names: 'worker' })), [5, 5, 0]);
    assert.deepEqual(await listed(), [
      'docker any udp 53 dns',
      'docker any tcp 8080 shop/web',
      'docker loopback tcp 9000 shop/web',
      'docker loopback tcp 9001 shop/web',
      'docker loopback tcp 9002 shop/web',
    ]);
    // A new container of the service is no change.
    assert.deepEqual(await counts('docker', DNS + WEB.replace('8f3c1a7e9b21', '000000000000')), [5, 0, 0]);
    assert.deepEqual(await counts('docker', DNS), [1, 0, 4]);
    assert.deepEqual(await counts('docker', '', '&empty=true'), [0, 0, 1]);
  });

  test('stores the lowest and the highest port, and leaves out UDP on ephemeral ports', async () => {
    const ports = container({
      Ports: '0.0.0.0:1->1/tcp, 0.0.0.0:65535->80/tcp, 0.0.0.0:0->1/sctp, 0.0.0.0:40000->5060/udp',
    });
    assert.deepEqual(await counts('docker', ports), [3, 3, 0]);
    assert.deepEqual(await counts('docker', ports, '&ephemeralUdp=true'), [4, 1, 0]);
    assert.deepEqual(await listed(), [
      'docker any sctp 0 web',
      'docker any tcp 1 web',
      'docker any udp 40000 web',
      'docker any tcp 65535 web',
    ]);
  });

  test('refuses the whole snapshot if a line cannot be read', async () => {
    await counts('docker', DNS);
    const shape = 'expected a line of docker ps --format json';
    const port = 'expected a port such as 0.0.0.0:8080->80/tcp in Ports';
    const cut = 'expected a line break at its end; the snapshot seems to be cut off';
    const cases: readonly [text: string, place: string, expected: string][] = [
      [WEB.slice(0, -1), 'line 1', cut],
      [`${WEB}${WEB.slice(0, 40)}\n`, 'line 2', shape],
      ['CONTAINER ID   IMAGE\n', 'line 1', shape],
      ['[]\n', 'line 1', shape],
      [`${WEB}{"Names":"x"}\n`, 'line 2', shape],
      ['{"Names":"x","Ports":null}\n', 'line 1', shape],
      ...[
        '0.0.0.0:65536->80/tcp',
        '0.0.0.0:9002-9001->80/tcp',
        '0.0.0.0:80->80/icmp',
        '80->80/tcp',
        '0.0.0.0:80/tcp',
        'x',
        `${'1'.repeat(100)}:80->80/tcp`,
      ].map((Ports): [string, string, string] => [container({ Ports }), 'line 1', port]),
    ];
    for (const [text, place, expected] of cases) {
      const [at, detail] = await fault('docker', text);
      assert.equal(at, place, text);
      assert.ok(
        detail.startsWith(`Cannot read ${place} of the snapshot, "`) && detail.endsWith(`: ${expected}`),
        detail,
      );
    }
    assert.deepEqual(await listed(), ['docker any udp 53 dns']);
    const all = container({ Ports: '0.0.0.0:1-65535->1-65535/tcp' });
    for (const [lines, most] of [
      [all.repeat(3), '131072 published ports'],
      [all, '10000 listening sockets'],
    ]) {
      const { status, body } = await put('docker', lines ?? '');
      assert.deepEqual([status, body.detail], [413, `Cannot store the snapshot: expected at most ${most}`]);
    }
  });

  test('changes no row of another source, and a port of the proxy is the port of the container', async () => {
    const ss = (address: string, process: string) =>
      `tcp LISTEN 0 4096 ${address} 0.0.0.0:*${process === '' ? '' : ` users:(("${process}",pid=7,fd=3))`}\n`;
    const proxies = ss('0.0.0.0:8080', 'docker-proxy') + ss('[::]:8080', 'docker-proxy');
    const sockets = proxies + ss('127.0.0.1:9000', 'docker-proxy') + ss('0.0.0.0:22', 'sshd');
    assert.deepEqual(await counts('sockets', sockets), [3, 3, 0]);
    assert.deepEqual(await listed('?port=8080'), ['sockets any tcp 8080 docker-proxy']);
    assert.deepEqual(await counts('docker', WEB), [4, 4, 0]);
    const merged = [
      'sockets any tcp 22 sshd',
      'docker any tcp 8080 shop/web',
      'docker loopback tcp 9000 shop/web',
      'docker loopback tcp 9001 shop/web',
      'docker loopback tcp 9002 shop/web',
    ];
    assert.deepEqual(await listed(), merged);
    assert.deepEqual(await listed('?process=docker-proxy'), []);
    // Without root, the proxy has no name.
    assert.deepEqual(await counts('sockets', sockets.replaceAll(/ users:.*/g, '')), [3, 0, 0]);
    assert.deepEqual(await listed(), merged);
    // Another process on a port of the container is not the proxy.
    assert.deepEqual(await counts('sockets', ss('0.0.0.0:8080', 'nginx')), [1, 1, 3]);
    assert.deepEqual(await listed('?port=8080'), ['sockets any tcp 8080 nginx', 'docker any tcp 8080 shop/web']);
    // The proxy that listens for a container which docker no longer reports stays in the list.
    assert.deepEqual(await counts('sockets', proxies), [1, 1, 1]);
    assert.deepEqual(await counts('docker', '', '&empty=true'), [0, 0, 4]);
    assert.deepEqual(await listed('?port=8080&state=all'), [
      'sockets any tcp 8080 docker-proxy',
      'sockets any tcp 8080 nginx gone',
      'docker any tcp 8080 shop/web gone',
    ]);
  });
});

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    type: 'LoadBalancer',
    externalIPs: ['198.51.100.7'],
    healthCheckNodePort: 31999,
    ports: [
      { name: 'https', port: 443, targetPort: 8443, nodePort: 30443, protocol: 'TCP' },
      { name: 'quic', port: 443, targetPort: 8443, nodePort: 30443, protocol: 'UDP' },
    ],
  },
  status: { loadBalancer: { ingress: [{ ip: '192.0.2.10' }] } },
};

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'node-exporter-x7k2p', namespace: 'monitoring' },
  spec: {
    hostNetwork: true,
    containers: [
      { name: 'exporter', ports: [{ containerPort: 9100, hostPort: 9100, protocol: 'TCP' }, { containerPort: 9101 }] },
      { name: 'local', ports: [{ containerPort: 53, hostPort: 53, hostIP: '127.0.0.1', protocol: 'SCTP' }] },
    ],
    initContainers: [
      { name: 'proxy', restartPolicy: 'Always', ports: [{ containerPort: 15001 }] },
      { name: 'setup', ports: [{ containerPort: 15002 }] },
    ],
  },
  status: { phase: 'Running' },
};

const CLUSTER_IP = {
  kind: 'Service',
  metadata: { name: 'db', namespace: 'shop' },
  spec: { type: 'ClusterIP', clusterIP: '10.96.0.7', ports: [{ port: 5432, protocol: 'TCP', targetPort: 5432 }] },
  status: { loadBalancer: {} },
};

function kubernetes(...items: readonly object[]): string {
  return `${JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }, null, 4)}\n`;
}

describe('PUT /observations/{host}?source=kubernetes', () => {
  test('stores the ports on which a cluster is reached', async () => {
    const text = kubernetes(SERVICE, CLUSTER_IP, POD, { ...POD, status: { phase: 'Succeeded' } });
    assert.deepEqual(await counts('kubernetes', text), [9, 9, 0]);
    const all = [
      'kubernetes loopback sctp 53 monitoring/local',
      'kubernetes address tcp 443 shop/web',
      'kubernetes address udp 443 shop/web',
      'kubernetes any tcp 9100 monitoring/exporter',
      'kubernetes any tcp 9101 monitoring/exporter',
      'kubernetes any tcp 15001 monitoring/proxy',
      'kubernetes any tcp 30443 shop/web',
      'kubernetes any udp 30443 shop/web',
      'kubernetes any tcp 31999 shop/web',
    ];
    assert.deepEqual(await listed(), all);
    // Another pod of the same containers is no change.
    const renewed = { ...POD, metadata: { ...POD.metadata, name: 'node-exporter-zzzzz' } };
    assert.deepEqual(await counts('kubernetes', kubernetes(renewed, SERVICE)), [9, 0, 0]);
    assert.deepEqual(await counts('kubernetes', kubernetes(SERVICE)), [5, 0, 4]);
    assert.deepEqual(await counts('kubernetes', kubernetes()), [0, 0, 5]);
  });

  test('leaves out UDP on ephemeral ports', async () => {
    const port = { containerPort: 50000, hostPort: 50000, protocol: 'UDP' };
    const text = kubernetes({ ...POD, spec: { containers: [{ name: 'vpn', ports: [port] }] } });
    assert.deepEqual(await counts('kubernetes', text), [0, 0, 0]);
    assert.deepEqual(await counts('kubernetes', text, '&ephemeralUdp=true'), [1, 1, 0]);
  });

  test('refuses the whole snapshot if an item cannot be read', async () => {
    await counts('kubernetes', kubernetes(CLUSTER_IP, { ...POD, spec: { containers: [] } }));
    const list = 'expected the list of kubectl get services,pods --all-namespaces -o json';
    const good = kubernetes(SERVICE, POD);
    const withPort = (fields: object) =>
      kubernetes(CLUSTER_IP, {
        ...SERVICE,
        spec: { ports: [{ port: 443, nodePort: 30443, protocol: 'TCP', ...fields }] },
      });
    const port = 'expected a port from 1 to 65535, and TCP, UDP or SCTP';
    const cases: readonly [text: string, detail: RegExp][] = [
      [good.slice(0, 900), new RegExp(`^Cannot read the text of the snapshot, ".*: ${list}$`, 's')],
      [good.slice(0, -4), new RegExp(`: ${list}$`)],
      [JSON.stringify(SERVICE), new RegExp(`: ${list}$`)],
      [JSON.stringify([SERVICE]), new RegExp(`: ${list}$`)],
      [JSON.stringify({ items: {} }), new RegExp(`: ${list}$`)],
      ['NAME READY STATUS\n', /^Cannot read the text of the snapshot, "NAME READY STATUS\\n": expected the list/],
      [
        kubernetes(SERVICE, { kind: 'Node', metadata: { name: 'a' }, spec: {} }),
        /^Cannot read item 2 of the snapshot, "Node undefined\/a": expected a Service or a Pod of kubectl$/,
      ],
      [
        good.replace('"kind": "Pod"', '"kind": Pod'),
        /^Cannot read item 2 of the snapshot, ".*: expected a JSON object$/s,
      ],
      [kubernetes(SERVICE, []), /^Cannot read item 2 of the snapshot, "\[\]": expected a JSON object$/],
      [withPort({ nodePort: 65536 }), new RegExp(`^Cannot read item 2 of the snapshot, "65536/TCP": ${port}$`)],
      [withPort({ nodePort: '1' }), new RegExp(`^Cannot read item 2 of the snapshot, "1/TCP": ${port}$`)],
      [withPort({ protocol: 'ICMP' }), new RegExp(`^Cannot read item 2 of the snapshot, "30443/ICMP": ${port}$`)],
      [`{"items":[${'1,'.repeat(50_001)}`, /^Cannot read line 1 of the snapshot: expected at most 50000 elements$/],
      [`{"items":${'['.repeat(70)}`, /^Cannot read line 1 of the snapshot: expected JSON of at most 64 levels$/],
    ];
    for (const [text, detail] of cases) assert.match((await fault('kubernetes', text))[1], detail);
    assert.deepEqual(await listed(), []);
  });

  test('refuses a service whose ports and addresses multiply to too many sockets', async () => {
    const ports = Array.from({ length: 2_000 }, (_, index) => ({ port: index + 1 }));
    const service = (externalIPs: readonly string[]) => kubernetes({ ...CLUSTER_IP, spec: { ports, externalIPs } });
    // Two addresses of one scope are one row.
    assert.deepEqual(await counts('kubernetes', service(['192.0.2.1', '192.0.2.2'])), [2_000, 2_000, 0]);
    const { status, body } = await put('kubernetes', service(Array.from({ length: 2_000 }, () => '192.0.2.1')));
    const most = 'expected at most 131072 published ports';
    assert.deepEqual([status, body.detail], [413, `Cannot store the snapshot: ${most}`]);
  });
});

describe('PUT /observations/{host}?source=ansible', () => {
  const listen = (address: string, port: number | string, protocol: string, name?: string) => ({
    ...{ address, pid: 701, port, protocol, stime: 'Mon Nov 30 08:00:00 2026', user: 'root' },
    ...(name === undefined ? {} : { name }),
  });
  const FACTS = {
    tcp_listen: [
      listen('0.0.0.0', 22, 'tcp', 'sshd'),
      listen('::', 22, 'tcp', 'sshd'),
      listen('127.0.0.1', 65535, 'tcp', ''),
      { ...listen('10.0.0.1', 40022, 'tcp', 'ssh'), state: 'ESTABLISHED', foreign_address: '10.0.0.2' },
    ],
    udp_listen: [listen('0.0.0.0', 0, 'udp', 'x'), listen('0.0.0.0', 32768, 'udp', 'dig')],
  };

  test('stores the facts of the module, in each form', async () => {
    const result = { ansible_facts: FACTS, changed: false };
    const forms = [
      `web-1 | SUCCESS => ${JSON.stringify(result, null, 4)}\n`,
      JSON.stringify(result),
      `${JSON.stringify({ ansible_hostname: 'web-1', ansible_mounts: [{ size: 1 }], ...FACTS }, null, 4)}\n`,
    ];
    for (const [index, text] of forms.entries()) {
      assert.deepEqual(await counts('ansible', text), [3, index === 0 ? 3 : 0, 0]);
    }
    assert.deepEqual(await listed(), [
      'ansible any udp 0 x',
      'ansible any tcp 22 sshd',
      'ansible loopback tcp 65535 ?',
    ]);
    assert.deepEqual(await counts('ansible', JSON.stringify(FACTS), '&ephemeralUdp=true'), [4, 1, 0]);
    // The module leaves out a list without sockets; without root, it has no names.
    const nameless = { tcp_listen: FACTS.tcp_listen.map(({ name: _, ...rest }) => rest) };
    assert.deepEqual(await counts('ansible', JSON.stringify({ ansible_facts: nameless })), [2, 0, 2]);
    assert.deepEqual(await listed('?state=listening'), ['ansible any tcp 22 sshd', 'ansible loopback tcp 65535 ?']);
  });

  test('refuses the whole snapshot if a part cannot be read', async () => {
    const good = JSON.stringify(FACTS);
    const text =
      /^Cannot read the text of the snapshot, ".*: expected the facts tcp_listen and udp_listen of the module listen_ports_facts$/s;
    const cases: readonly [text: string, detail: RegExp][] = [
      [good.slice(0, -2), text],
      [good.slice(0, -40), text],
      ['{"ansible_facts":{},"changed":false}', text],
      ['{"other":{"tcp_listen":[]}}', text],
      ['web-1 | UNREACHABLE! => {"changed": false, "unreachable": true}', text],
      ['[]', text],
      ['{"tcp_listen":[1]}', /^Cannot read tcp_listen 1 of the snapshot, "1": expected a JSON object$/],
      [
        '{"udp_listen":[{"address":"::","port":65536}]}',
        /^Cannot read udp_listen 1 of the snapshot, "\{.*\}": expected an address and a port from 0 to 65535$/,
      ],
      [
        '{"tcp_listen":[],"udp_listen":[{"port":53}]}',
        /^Cannot read udp_listen 1 of the snapshot, .*: expected an address and/,
      ],
    ];
    for (const [written, detail] of cases) assert.match((await fault('ansible', written))[1], detail, written);
  });
});

describe('the stored time', () => {
  test('moves with the same bytes, and nothing else changes', async () => {
    const state = () => {
      const db = openForReading(product.database);
      const rows = db.prepare('SELECT * FROM observed_socket ORDER BY id').all();
      const { at } = db.prepare<[], { at: string }>('SELECT at FROM observed_snapshot').get() ?? { at: '' };
      db.close();
      return { rows, at };
    };
    await counts('docker', WEB + DNS);
    const before = state();
    while (new Date().toISOString() === before.at) await new Promise(setImmediate);
    assert.deepEqual(await counts('docker', WEB + DNS), [5, 0, 0]);
    assert.deepEqual(state().rows, before.rows);
    assert.ok(state().at > before.at);
  });
});
