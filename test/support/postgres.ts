import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, cpSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { type Lifetime, makeFolder, removeFolder } from './temporary-folder.ts';

/** The time limit for a start or a stop, in milliseconds. */
const LIMIT_MS = 30_000;

const READY = 'database system is ready to accept connections';

/** The options of a server. */
export interface PostgresOptions {
  /** The size of a tmpfs for the data folder in MiB, so that a test can fill the disk. Requires root. */
  readonly diskMib?: number;
  /** Settings in addition to those of `SETTINGS`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The path of a certificate and of its key in PEM: the server offers TLS. */
  readonly certificate?: readonly [certificate: string, key: string];
}

/** Small buffers, no Unix socket; everything that makes commits durable keeps its default. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '16MB',
  min_wal_size: '2MB',
  max_wal_size: '16MB',
} as const;

/** A PostgreSQL server of Debian's package, with its data in a temporary folder, on a free port of 127.0.0.1. */
export class PostgresServer {
  readonly port: number;
  readonly #folder: string;
  readonly #data: string;
  readonly #programs: string;
  readonly #options: PostgresOptions;
  /** Runs programs in the mount namespace that has the tmpfs; null without one. */
  readonly #namespace: ChildProcess | null;
  #process: ChildProcess | undefined;
  #log = '';

  private constructor(port: number, programs: string, options: PostgresOptions) {
    this.port = port;
    this.#programs = programs;
    this.#options = options;
    this.#folder = makeFolder();
    this.#data = join(this.#folder, 'disk', 'data');
    mkdirSync(join(this.#folder, 'disk'));
    const user = postgresUser();
    if (user !== null) for (const path of ['', 'disk']) chownSync(join(this.#folder, path), user.uid, user.gid);
    this.#namespace = options.diskMib === undefined ? null : mountDisk(join(this.#folder, 'disk'), options.diskMib);
  }

  /**
   * Creates the data folder, starts the server, and creates the database `portolan`. The end of the test stops the server.
   *
   * @param lifetime - The test.
   * @param options - A small disk, further settings, TLS.
   */
  static async start(lifetime: Lifetime, options: PostgresOptions = {}): Promise<PostgresServer> {
    const [program] = globSync('/usr/lib/postgresql/*/bin/initdb').sort().reverse();
    if (program === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
    const server = new PostgresServer(Number(await freePort()), join(program, '..'), options);
    lifetime.after(() => server.#remove());
    await server.#initialize();
    await server.start();
    await server.query('CREATE DATABASE portolan', [], 'postgres');
    return server;
  }

  /** Returns the log so far. */
  get log(): string {
    return this.#log;
  }

  /** Whether the process of the server runs. */
  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The path of the disk, as other processes see it. */
  get disk(): string {
    const disk = join(this.#folder, 'disk');
    return this.#namespace === null ? disk : `/proc/${this.#namespace.pid}/root${disk}`;
  }

  /**
   * Returns the URL of the database.
   *
   * @param user - The role; every role may connect without a password.
   * @param port - The port of a proxy, if any.
   */
  url(user = 'postgres', port = this.port): string {
    return `postgres://${user}@127.0.0.1:${port}/portolan`;
  }

  /** Starts the server and waits until it accepts connections. */
  async start(): Promise<void> {
    const settings = { ...SETTINGS, ...this.#options.settings, ...this.#tlsSettings(), port: String(this.port) };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const seen = this.#log.length;
    const child = this.#spawn('postgres', ['-D', this.#data, ...args]);
    // The server does not keep this process alive, and ends with it.
    for (const handle of [child, child.stdout, child.stderr] as Iterable<{ unref?: () => void } | null>)
      handle?.unref?.();
    this.#process = child;
    for (const deadline = Date.now() + LIMIT_MS; !this.#log.slice(seen).includes(READY); await delay(10)) {
      if (!this.isRunning || Date.now() > deadline) throw new Error(`PostgreSQL did not start: ${this.#log}`);
    }
  }

  /** Stops the server: connections are ended, and a checkpoint is written. */
  stop(): Promise<void> {
    return this.#end('SIGINT');
  }

  /** Stops the server without a checkpoint, as a crash does: the next start recovers from the write-ahead log. */
  crash(): Promise<void> {
    return this.#end('SIGQUIT');
  }

  /** Stops the server as a crash does, and starts it. */
  async restartImmediately(): Promise<void> {
    await this.crash();
    await this.start();
  }

  /**
   * Runs a statement over a connection of its own.
   *
   * @param sql - The statement.
   * @param values - Its parameters.
   * @param database - The database.
   */
  async query<Row extends pg.QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
    database = 'portolan',
  ): Promise<Row[]> {
    const connectionString = `postgres://postgres@127.0.0.1:${this.port}/${database}`;
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: LIMIT_MS });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends the sessions of all other clients. */
  async terminateBackends(): Promise<void> {
    await this.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = 'portolan' AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
  }

  /** Copies the data folder, as a backup does. The server is stopped meanwhile. */
  async copyData(): Promise<void> {
    await this.stop();
    rmSync(`${this.#data}.copy`, { recursive: true, force: true });
    this.#copy(this.#data, `${this.#data}.copy`);
    await this.start();
  }

  /** Brings the server back to the state of `copyData`, as after the restore of a backup. */
  async returnToCopy(): Promise<void> {
    await this.crash();
    rmSync(this.#data, { recursive: true });
    renameSync(`${this.#data}.copy`, this.#data);
    await this.start();
  }

  #copy(from: string, to: string): void {
    cpSync(from, to, { recursive: true, preserveTimestamps: true });
    // A copy belongs to the user who made it.
    const user = postgresUser();
    if (user !== null) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, to]);
    chmodSync(to, 0o700);
  }

  #tlsSettings(): Readonly<Record<string, string>> {
    const { certificate } = this.#options;
    if (certificate === undefined) return {};
    const [ssl_cert_file, ssl_key_file] = certificate.map((path, index) => {
      // The server refuses a key that others may read.
      const copy = join(this.#folder, `tls-${index}.pem`);
      copyFileSync(path, copy);
      chmodSync(copy, 0o600);
      const user = postgresUser();
      if (user !== null) chownSync(copy, user.uid, user.gid);
      return copy;
    }) as [string, string];
    return { ssl: 'on', ssl_cert_file, ssl_key_file };
  }

  async #initialize(): Promise<void> {
    if (this.#namespace?.stdout) await once(this.#namespace.stdout, 'data');
    const options = ['--username=postgres', '--auth=trust', '--no-locale', '--encoding=UTF8', '--no-instructions'];
    // `--no-sync` concerns the creation alone. Small segments of the write-ahead log fit on a small disk.
    const child = this.#spawn('initdb', [...options, '--no-sync', '--wal-segsize=1', '-D', this.#data]);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`initdb failed: ${this.#log}`);
  }

  #spawn(name: string, args: readonly string[]): ChildProcess {
    const enter = this.#namespace === null ? [] : ['nsenter', '--mount', '--target', String(this.#namespace.pid)];
    const [file = '', ...rest] = [...enter, ...asPostgres(), join(this.#programs, name), ...args];
    const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' };
    const child = spawn(file, rest, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#log += chunk;
      });
    }
    return child;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) return;
    const ended = once(child, 'close');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    await ended;
    clearTimeout(timer);
  }

  async #remove(): Promise<void> {
    await this.crash();
    this.#namespace?.kill('SIGKILL');
    removeFolder(this.#folder);
  }
}

/** Returns the ids of the user postgres; null if this process is not root and starts the server as its own user. */
function postgresUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Returns the command that runs a program as the user postgres, and ends it with this process. */
function asPostgres(): string[] {
  const user = postgresUser();
  const change = user === null ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return ['setpriv', ...change, '--pdeathsig=QUIT'];
}

/** Starts a process that holds a mount namespace with a tmpfs. No mount is left when it ends. */
function mountDisk(path: string, mib: number): ChildProcess {
  const user = postgresUser();
  if (user === null) throw new Error('A small disk requires root, to mount it');
  const options = `size=${mib}m,uid=${user.uid},gid=${user.gid},mode=700`;
  const script = `mount -t tmpfs -o ${options} tmpfs "$0" && echo mounted && exec sleep infinity`;
  return spawn('setpriv', ['--pdeathsig=KILL', 'unshare', '--mount', 'sh', '-c', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
