// nginx with one file per port, in a folder beside the recording; the next run reuses the files.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PORT_COUNT } from '../port-sequence.ts';
import { readRecording } from '../recording.ts';

const recording = process.argv[2] ?? '';
const folder = join(dirname(recording), 'nginx');
if (!existsSync(join(folder, 'ports'))) {
  const unfinished = join(folder, 'unfinished');
  mkdirSync(unfinished, { recursive: true });
  for (const [port, { body }] of readRecording(recording).entries()) writeFileSync(join(unfinished, `${port}`), body);
  renameSync(unfinished, join(folder, 'ports'));
}

/** The file descriptors that nginx needs in addition to the cached open files, such as those of connections. */
const OWN_DESCRIPTORS = 1_000;
const descriptors =
  Number(execFileSync('sh', ['-c', 'ulimit -H -n'], { encoding: 'utf8' })) || Number.POSITIVE_INFINITY;
const cachedFiles = Math.min(PORT_COUNT, descriptors - OWN_DESCRIPTORS);

const port = await freePort();
// One process like all contenders; no access log and long-lived connections, as its manual recommends for speed.
writeFileSync(
  join(folder, 'nginx.conf'),
  `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  open_file_cache max=${cachedFiles} inactive=1h; open_file_cache_valid 1h;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  default_type application/json; charset utf-8; charset_types application/json;
  server { listen 127.0.0.1:${port}; root ${folder}; }
}
`,
);
const command = 'ulimit -n "$(ulimit -H -n)"; exec "$@"';
const args = ['-c', command, 'sh', 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf')];
const nginx = spawn('sh', args, { stdio: ['ignore', 'ignore', 'inherit'] });
nginx.once('exit', (code) => process.exit(code ?? 0));
nginx.once('error', () => process.exit(1));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => nginx.kill('SIGTERM'));
process.on('exit', () => nginx.kill('SIGKILL'));
while (!(await accepts(port))) await delay(20);
console.log(`http://127.0.0.1:${port}`);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
