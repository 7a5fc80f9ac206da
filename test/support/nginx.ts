import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { type Lifetime, temporaryFolder } from './temporary-folder.ts';
import { runTool } from './tools.ts';

const START_MS = 10_000;

/** An nginx that forwards requests. */
export interface Nginx {
  /** Its TCP port on 127.0.0.0/8. */
  readonly port: number;
  /** Returns its error log so far. */
  readonly log: () => string;
}

/**
 * Runs Debian's nginx in front of a server until the test ends.
 *
 * @param t - The test, or another object with an `after` hook.
 * @param sites - The configuration inside `http`. `listen 80` and `127.0.0.1:7605` are replaced by the actual ports.
 * @param url - The URL of the server.
 */
export async function startNginx(t: Lifetime, sites: string, url: string): Promise<Nginx> {
  const folder = temporaryFolder(t);
  const port = Number(await freePort());
  const config = join(folder, 'nginx.conf');
  const localSites = sites.replace('listen 80;', `listen ${port};`).replaceAll('127.0.0.1:7605', new URL(url).host);
  writeFileSync(config, configure(folder, localSites));
  const { code, stderr } = await runTool('nginx', ['-t', '-p', folder, '-c', config, '-e', 'stderr']);
  if (code !== 0) throw new Error(`nginx refuses its configuration: ${stderr}`);
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

/** Returns a configuration whose workers run as the current user and which writes only into the folder. */
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
