import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { wholeContentOf } from './database-content.ts';
import { freePort } from './free-port.ts';
import { runPortolan, type ServerProcess, startServer } from './portolan-process.ts';
import { type PostgresOptions, PostgresServer } from './postgres.ts';
import { PostgresProxy } from './postgres-proxy.ts';
import { putSeededDatabase } from './seeded-database.ts';
import { type Lifetime, temporaryFolder } from './temporary-folder.ts';
import { bearer } from './tokens.ts';

/** The time in which nodes must have caught up with the log, in milliseconds. */
const CATCH_UP_MS = 20_000;

/** The time limit of a request, in milliseconds: longer than all limits of the product together. */
const REQUEST_MS = 30_000;

/** One server of several that share a register. */
export class Node {
  readonly name: string;
  /** Its SQLite file. */
  readonly database: string;
  readonly url: string;
  /** The proxy between it and PostgreSQL. */
  readonly proxy: PostgresProxy;
  readonly settings: Readonly<Record<string, string>>;
  readonly #lifetime: Lifetime;
  #server: ServerProcess | undefined;

  /**
   * @param lifetime - The test.
   * @param name - The name of its file.
   * @param proxy - The proxy to PostgreSQL.
   * @param settings - The settings, with `DATABASE`, `PORT` and `SHARED`.
   */
  constructor(lifetime: Lifetime, name: string, proxy: PostgresProxy, settings: Readonly<Record<string, string>>) {
    const { DATABASE = '', PORT = '' } = settings;
    this.#lifetime = lifetime;
    this.name = name;
    this.proxy = proxy;
    this.settings = settings;
    this.database = DATABASE;
    this.url = `http://127.0.0.1:${PORT}`;
  }

  /**
   * Starts the server, and waits until it answers.
   *
   * @param program - The path of its command; another one is another version of this program.
   */
  async start(program = 'bin/portolan.js'): Promise<void> {
    this.#server = await startServer(this.#lifetime, this.settings, [process.execPath, program, 'serve']);
  }

  /** Kills the server with SIGKILL, and waits until it has exited. */
  async kill(): Promise<void> {
    this.#server?.process.kill('SIGKILL');
    await this.#server?.ended;
  }

  /** Stops the server, and waits until it has exited. */
  async stop(): Promise<void> {
    this.#server?.process.kill('SIGTERM');
    await this.#server?.ended;
  }

  /** Suspends the server, and waits until each of its threads has stopped: on a busy machine, they run on for a moment. */
  async pause(): Promise<void> {
    this.#server?.process.kill('SIGSTOP');
    const tasks = `/proc/${this.#server?.process.pid}/task`;
    await waitUntil(`${this.name} is suspended`, () =>
      readdirSync(tasks).every((task) => isStopped(join(tasks, task))),
    );
  }

  /** Resumes the server. */
  resume(): void {
    this.#server?.process.kill('SIGCONT');
  }

  /** Returns the log of the server since its start. */
  log(): string {
    return this.#server?.log() ?? '';
  }

  /**
   * Runs a command of this node.
   *
   * @param args - The command and its arguments.
   */
  command(...args: readonly string[]) {
    return runPortolan(args, { environment: this.settings });
  }

  /** Returns its position: the highest id of the audit log in its file. */
  position(): number {
    const db = new Database(this.database, { readonly: true });
    try {
      return db.prepare('SELECT coalesce(max(id), 0) FROM audit').pluck().get() as number;
    } finally {
      db.close();
    }
  }
}

/** Returns whether a thread has stopped, by its folder in `/proc`; false for one that ends at this moment. */
function isStopped(task: string): boolean {
  try {
    return /^State:\s+T/m.test(readFileSync(join(task, 'status'), 'utf8'));
  } catch {
    return false;
  }
}

/** Several nodes and their PostgreSQL. */
export interface Nodes {
  readonly postgres: PostgresServer;
  readonly nodes: readonly [Node, Node, ...Node[]];
  /** The values of `Authorization` of two tokens. */
  readonly write: string;
  readonly admin: string;
}

/** The options of `startNodes`. */
export interface NodesOptions {
  /** The number of nodes. */
  readonly count?: number;
  readonly postgres?: PostgresOptions;
  /** Settings of all nodes. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Settings of a node by its number. */
  readonly more?: (node: number) => Readonly<Record<string, string>>;
}

/**
 * Starts PostgreSQL, moves a register with the bundled lists and two tokens into it, and starts nodes of it. Each node is a
 * process with a file of its own, and reaches PostgreSQL through a proxy of its own. All end with the test.
 *
 * @param lifetime - The test, or another object with an `after` hook.
 * @param options - The number of nodes, 3 by default, and settings.
 */
export async function startNodes(lifetime: Lifetime, options: NodesOptions = {}): Promise<Nodes> {
  const { count = 3, settings = {}, more = () => ({}) } = options;
  const folder = temporaryFolder(lifetime);
  const postgres = await PostgresServer.start(lifetime, options.postgres);
  const nodes = await Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const name = `node-${number + 1}`;
      const proxy = await PostgresProxy.start(lifetime, postgres.port);
      const SHARED = postgres.url('postgres', proxy.port);
      const DATABASE = join(folder, `${name}.db`);
      return new Node(lifetime, name, proxy, {
        ...{ DATABASE, SHARED, PORT: await freePort() },
        ...settings,
        ...more(number),
      });
    }),
  );
  const [first, ...others] = nodes as [Node, Node, ...Node[]];
  await putSeededDatabase(first.database);
  const [write, admin] = [bearer(first.database, 'write'), bearer(first.database, 'admin')];
  await succeeds(first, 'shared', 'init');
  await Promise.all(others.map((node) => succeeds(node, 'shared', 'join')));
  await Promise.all(nodes.map((node) => node.start()));
  return { postgres, nodes: [first, ...others] as [Node, Node, ...Node[]], write, admin };
}

/**
 * Runs a command of a node that must succeed.
 *
 * @param node - The node.
 * @param args - The command and its arguments.
 */
export async function succeeds(node: Node, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await node.command(...args);
  assert.equal(code, 0, `${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** A response of a node. */
export interface NodeResponse {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the type of a body depends on the request.
  readonly body: any;
}

/**
 * Sends a request with a time limit, and parses the response as JSON.
 *
 * @param url - The URL.
 * @param method - The method.
 * @param headers - Header fields.
 * @param body - The body to send as JSON, if any.
 * @throws When the connection breaks, or the response does not come in 30 s.
 */
export async function send(
  url: string,
  method = 'GET',
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<NodeResponse> {
  const response = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_MS),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/**
 * Waits until a condition holds.
 *
 * @param what - The condition in words, for the error.
 * @param holds - Returns whether it holds.
 * @param timeoutMs - The time limit, in milliseconds.
 * @returns The time that it took, in milliseconds.
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = CATCH_UP_MS,
): Promise<number> {
  const start = performance.now();
  while (!(await holds())) {
    if (performance.now() - start > timeoutMs) throw new Error(`Not in ${timeoutMs} ms: ${what}`);
    await delay(10);
  }
  return performance.now() - start;
}

/**
 * Waits until all nodes have the same position.
 *
 * @param nodes - The nodes, to which no client writes.
 * @returns The position.
 */
export async function caughtUp(nodes: readonly Node[]): Promise<number> {
  const positions = () => nodes.map((node) => node.position());
  await waitUntil('all nodes have the same position', () => new Set(positions()).size === 1).catch((error: Error) => {
    throw new Error(`${error.message}: ${positions().join(', ')}`);
  });
  return positions()[0] ?? 0;
}

/**
 * Waits until all nodes have the same position, and fails if a table of their files differs.
 *
 * @param nodes - The nodes, to which no client writes.
 * @returns The position.
 */
export async function assertEqualFiles(nodes: readonly Node[]): Promise<number> {
  const position = await caughtUp(nodes);
  const [first, ...others] = nodes.map(({ database }) => wholeContentOf(database));
  for (const content of others) assert.deepEqual(content, first);
  return position;
}
