import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { toSeenSockets } from '../../src/registry/observed/seen-sockets.ts';
import type { RunStep } from '../../src/registry/values/run-step.ts';
import { parseSnapshot } from '../../src/sources/snapshots/parse-snapshot.ts';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { storeSnapshot } from '../../src/sqlite/write/observation-writes.ts';
import { Random } from '../robustness/random.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The time between two snapshots of a host. */
const INTERVAL = 5 * MINUTE;
const HOSTS = Array.from({ length: 12 }, (_, index) => `app-${index + 1}`);

/** A service of a host, from one hour to another. */
interface Service {
  readonly process: string;
  readonly address: string;
  readonly from?: number;
  readonly until?: number;
}

/** Returns the services of a host: those that own entries declare, and the changes. */
function servicesOf(host: string): Service[] {
  const usual: Service[] = [
    { process: 'sshd', address: '0.0.0.0:22' },
    { process: 'sshd', address: '[::]:22' },
    { process: 'node_exporter', address: '*:9100' },
    { process: 'java', address: `10.0.0.${HOSTS.indexOf(host) + 1}:8080`, ...(host === 'app-4' && { until: 4 }) },
  ];
  const changes: Readonly<Record<string, readonly Service[]>> = {
    'app-2': [{ process: 'minio', address: '0.0.0.0:9000', from: 2, until: 20 }],
    'app-3': [{ process: 'redis-server', address: '127.0.0.1:6379' }],
    'app-7': [{ process: 'postgres', address: '0.0.0.0:5432', from: 12 }],
    // A service is replaced by another one on its port.
    'app-9': [
      { process: 'nginx', address: '0.0.0.0:8443', until: 6 },
      { process: 'haproxy', address: '0.0.0.0:8443', from: 6 },
    ],
    // It comes back after two days.
    'app-11': [
      { process: 'iperf3', address: '0.0.0.0:5201', until: 1 },
      { process: 'iperf3', address: '0.0.0.0:5201', from: 50 },
    ],
    'db-1': [{ process: 'postgres', address: '0.0.0.0:5432' }],
  };
  return host === 'db-1' ? [...(changes[host] ?? [])] : [...usual, ...(changes[host] ?? [])];
}

/** Writes the output of `ss -H -tunp` of a host: in another order, with other process ids and clients each time. */
function socketsOf(host: string, hour: number, random: Random): string {
  const isRoot = hour < 1 || random.chance(0.9);
  const lines = servicesOf(host)
    .filter(({ from = 0, until = Number.POSITIVE_INFINITY }) => from <= hour && hour < until)
    // A service that restarts does not listen for a moment.
    .filter(({ process }) => process === 'sshd' || random.chance(0.98))
    .map(({ process, address }) => `tcp LISTEN 0 128 ${address} 0.0.0.0:*${users(process, isRoot, random)}`);
  for (let client = random.integer(0, 4); client > 0; client--) {
    const port = 32_768 + random.integer(0, 28_000);
    lines.push(`udp UNCONN 0 0 0.0.0.0:${port} 0.0.0.0:*${users('resolver', isRoot, random)}`);
    lines.push(`tcp ESTAB 0 0 10.0.0.9:${port} 10.1.0.1:443${users('java', isRoot, random)}`);
  }
  return lines
    .map((line) => ({ line, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ line }) => `${line}\n`)
    .join('');
}

function users(process: string, isRoot: boolean, random: Random): string {
  return isRoot ? ` users:(("${process}",pid=${random.integer(2, 30_000)},fd=3))` : '';
}

async function declare(entry: object): Promise<void> {
  const { status, body } = await request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send({ environment: 'production', ...entry });
  assert.equal(status, 201, JSON.stringify(body));
}

/** Returns the titles of the feed by id. */
async function feed(): Promise<Map<string, string>> {
  const { status, text } = await request(product.app)
    .get('/drift?environment=production&format=atom')
    .set('Authorization', product.bearer('read'));
  assert.equal(status, 200, text);
  const entries = text.matchAll(/<entry>\n<id>(.*?)<\/id>\n<title>(.*?)<\/title>/g);
  return new Map([...entries].map(([, id = '', title = '']) => [id, title.replaceAll('&#39;', "'")]));
}

test('three days of hosts that restart services, renew process ids, open ephemeral ports and lose snapshots', async () => {
  await declare({ name: 'ssh', firstPort: 22, owner: 'base' });
  await declare({ name: 'node-exporter', firstPort: 9100, owner: 'monitoring' });
  for (const host of HOSTS) await declare({ name: `shop-${host}`, firstPort: 8080, owner: 'shop', hosts: [host] });
  await declare({ name: 'orders-db', firstPort: 5432, owner: 'orders', hosts: ['db-1'] });
  // Declared, but never there; and in an environment without hosts.
  await declare({ name: 'vault', firstPort: 8200, owner: 'security' });
  await declare({ name: 'lab', firstPort: 7000, environment: 'lab' });
  const random = new Random(20_261_130);
  const start = Date.now();
  const db = openForWriting(product.database);
  db.pragma('synchronous = OFF');
  mock.timers.enable({ apis: ['Date'], now: start });
  const limits = { rows: 10_000, hosts: 5_000, keepDays: 90 };
  const udp = { ports: { firstPort: 32_768, lastPort: 60_999 }, isKept: false };
  /** The hours at which each result was first in the feed. */
  const reported = new Map<string, { readonly title: string; readonly hour: number }>();
  const run: RunStep = async (step) => step();
  let snapshots = 0;
  try {
    for (let time = 0; time < 3 * DAY; time += INTERVAL) {
      const hour = time / HOUR;
      for (const [index, host] of [...HOSTS, 'db-1'].entries()) {
        mock.timers.setTime(start + time + index * 1_000);
        const isSilent = host === 'app-5' && hour >= 8 && hour < 11;
        if (isSilent || random.chance(0.05)) continue;
        const parsed = await parseSnapshot('sockets', socketsOf(host, hour, random), run);
        const snapshot = { host, source: 'sockets', environment: 'production' } as const;
        const sockets = await toSeenSockets(parsed.sockets, udp, limits.rows, run);
        db.transaction(() => storeSnapshot(db, { ...snapshot, sockets, scanned: null }, limits)).immediate();
        snapshots++;
      }
      if ((time / INTERVAL) % 3 !== 0) continue;
      for (const [id, title] of await feed())
        if (!reported.has(id)) reported.set(id, { title, hour: Math.floor(hour) });
    }
    assert.ok(snapshots > 10_000);
    const found = [...reported.values()].sort((a, b) => a.hour - b.hour || (a.title < b.title ? -1 : 1));
    const rounded = found.map(({ title, hour }) => `${hour} h: ${title}`);
    assert.deepEqual(rounded, [
      '0 h: app-11 5201/tcp iperf3: seen, not declared',
      '0 h: app-3 6379/tcp redis-server: seen, not declared',
      '0 h: app-9 8443/tcp nginx: seen, not declared',
      '2 h: app-2 9000/tcp minio: seen, not declared',
      '6 h: app-9 8443/tcp haproxy: seen, not declared',
      "12 h: app-7 5432/tcp orders-db: seen under another owner's port",
      '24 h: 8200/tcp vault: declared, not seen',
      '28 h: 8080/tcp shop-app-4: declared, not seen',
      '50 h: app-11 5201/tcp iperf3: seen, not declared',
    ]);
    const last = new Set((await feed()).values());
    assert.ok(!last.has('app-2 9000/tcp minio: seen, not declared'));
    assert.equal(last.size, 6);
  } finally {
    mock.timers.reset();
    db.close();
  }
});
