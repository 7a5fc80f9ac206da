import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { runTool } from './tools.ts';

const START_MS = 10_000;

/** An nginx that passes requests on. */
export interface Nginx {
  /** The TCP port of 127.0.0.0/8 on which it answers. */
  readonly port: number;
  /** Its errors so far. */
  readonly log: () => string;
}

/**
 * Runs Debian's nginx in front of a server until the test is over.
 *
 * @param t - The test.
 * @param sites - Its configuration inside of `http`; `listen 80` and `127.0.0.1:7605` stand for its port and the server's.
 * @param url - The server's address.
 */
export async function startNginx(t: TestContext, sites: string, url: string): Promise<Nginx> {
  const folder = temporaryFolder(t);
  const port = Number(await freePort());
  const config = join(folder, 'nginx.conf');
  const passing = sites.replace('listen 80;', `listen ${port};`).replaceAll('127.0.0.1:7605', new URL(url).host);
  writeFileSync(config, configure(folder, passing));
  const { code, stderr } = await runTool('nginx', ['-t', '-p', folder, '-c', config, '-e', 'stderr']);
  if (code !== 0) throw new Error(`nginx does not take its configuration: ${stderr}`);
  const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
  const child = spawn('nginx', ['-p', folder, '-c', config, '-e', 'stderr'], { env: { PATH } });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk;
    });
  }
  t.after(() => stop(child));
  await untilItListens(port, child, () => log);
  return { port, log: () => log };
}

/** Its workers run as whoever runs the tests; all that it writes lies in the folder. */
function configure(folder: string, sites: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
    const path = join(folder, name);
    mkdirSync(path);
    chmodSync(path, 0o700);
    return `${name}_temp_path ${path};`;
  });
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
events { worker_connections 256; }
http {
${temporary.join('\n')}
access_log off;
${sites}
}
`;
}

async function untilItListens(port: number, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(20);
  }
  throw new Error(`nginx does not answer: ${log()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
