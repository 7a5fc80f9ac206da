import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { PostgresServer } from '../test/support/postgres.ts';
import { type Lifetime, temporaryFolder } from '../test/support/temporary-folder.ts';
import { ask } from './ask.ts';
import { type Running, runProgram, startServer } from './child.ts';
import { portolan } from './contenders/portolan.ts';
import { LOAD_CORE, SERVER_CORE } from './core.ts';
import { createToken } from './own-entries.ts';
import { drawPorts } from './port-sequence.ts';
import type { Workbench } from './workbench.ts';

/** The header field with the number of a write in the log. */
const POSITION = 'portolan-position';

/** A client that writes own entries. */
export class Writer {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true });
  #count = 0;
  readonly #ports = drawPorts(65_536);

  /**
   * @param url - The server.
   * @param token - A token that may write.
   */
  constructor(url: string, token: string) {
    this.#url = url;
    this.#headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  }

  /** Creates an entry, and returns its position in the log; NaN for a server alone. */
  async create(): Promise<number> {
    const firstPort = this.#ports[this.#count++ % this.#ports.length];
    const body = JSON.stringify({ name: 'bench', firstPort });
    const request = { method: 'POST', path: '/associations', headers: this.#headers, body } as const;
    const answer = await ask(this.#url, request, this.#agent);
    assert.equal(answer.status, 201, answer.body.toString('utf8'));
    const field = answer.rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === POSITION);
    return field < 0 ? Number.NaN : Number(answer.rawHeaders[field + 1]);
  }

  /**
   * Imports a file of own entries.
   *
   * @param rows - The CSV, with a header line.
   */
  async importRows(rows: string): Promise<void> {
    const headers = { ...this.#headers, 'Content-Type': 'text/csv' };
    const answer = await ask(
      this.#url,
      { method: 'POST', path: '/associations/import', headers, body: rows },
      this.#agent,
    );
    assert.equal(answer.status, 200, answer.body.toString('utf8').slice(0, 1_000));
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A register in PostgreSQL with two nodes. */
export interface SharedRegister {
  readonly token: string;
  /** The node that writes. It runs on the core of the load generator, as it would run on another machine. */
  readonly writing: Running;
  /** The node that is measured. */
  readonly reading: Running;
  /**
   * Makes a backup of the node that writes.
   *
   * @returns Its path.
   */
  readonly backup: () => Promise<string>;
  /**
   * Makes a new node.
   *
   * @param backup - The backup of a node; without one, the node applies the whole log.
   */
  readonly join: (backup?: string) => Promise<Joined>;
}

/** What `shared join` takes. */
export interface Joined {
  /** Its time, in seconds. */
  readonly seconds: number;
  /** Its processor time, in seconds. */
  readonly cpuSeconds: number;
  /** Its largest resident memory, in MB of 1,000,000 bytes. */
  readonly megabytes: number;
}

/**
 * Starts PostgreSQL and two nodes, which end with the lifetime.
 *
 * @param lifetime - Ends them.
 * @param workbench - The workbench with the seeded database.
 */
export async function startSharedRegister(lifetime: Lifetime, { database }: Workbench): Promise<SharedRegister> {
  const postgres = await PostgresServer.start(lifetime);
  const folder = temporaryFolder(lifetime);
  let nodes = 0;
  const settings = () => {
    const DATABASE = join(folder, String(nodes++), 'portolan.db');
    mkdirSync(join(DATABASE, '..'));
    return { DATABASE, SHARED: postgres.url() };
  };
  const first = settings();
  cpSync(database, first.DATABASE);
  const token = await createToken(first.DATABASE);
  await portolanCommand(first, 'shared', 'init');
  const joinBy = async (environment: typeof first, backup: readonly string[]): Promise<Joined> => {
    const start = performance.now();
    const printed = await portolanCommand(environment, 'shared', 'join', ...backup);
    const seconds = (performance.now() - start) / 1000;
    const { userCPUTime, systemCPUTime, maxRSS } = parseUsage(printed);
    return { seconds, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: (maxRSS * 1024) / 1e6 };
  };
  const serve = async ({ DATABASE, ...more }: typeof first, core: string): Promise<Running> => {
    const server = await startServer(portolan(DATABASE, more), core);
    lifetime.after(() => server.stop());
    return server;
  };
  const writing = await serve(first, LOAD_CORE);
  const second = settings();
  await joinBy(second, []);
  const reading = await serve(second, SERVER_CORE);
  const backup = async (): Promise<string> => {
    const path = join(folder, 'backup.db');
    await portolanCommand(first, 'backup', path);
    return path;
  };
  return { token, writing, reading, backup, join: (file) => joinBy(settings(), file === undefined ? [] : [file]) };
}

/** Parses the last line of a command, which `print-usage.ts` prints. */
function parseUsage(printed: string): NodeJS.ResourceUsage {
  return JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '');
}

function portolanCommand(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
  const command = [process.execPath, '--import', './bench/print-usage.ts', 'bin/portolan.js', ...args];
  return runProgram({ name: `portolan ${args[0]}`, command, environment: { PORT: '0', ...environment } });
}
