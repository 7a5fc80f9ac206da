import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { bundledLists, DATA_FOLDER } from '../../src/cli/actions/bundled.ts';
import { freePort } from './free-port.ts';
import { INHERITED, installOldestNode } from './oldest-node.ts';
import { PROJECT } from './portolan-process.ts';

/** The URL of the repository in the documentation. */
const REPOSITORY_URL = 'https://git.example.org/portolan.git';

const FOLDERS = ['bin', 'node', 'etc/systemd/system', 'var/lib/portolan', 'var/backups/portolan', 'opt', 'srv', 'work'];

/** Scripts in place of programs that would change the machine, or that need a container engine or a running systemd. */
const STUBS: Readonly<Record<string, string>> = {
  sudo: 'if [ "$1" = -u ]; then shift 2; fi\nexec "$@"',
  // An error status must fail the command.
  curl: 'exec "$REAL_CURL" --fail-with-body "$@"',
  portolan: 'unset PORT; exec node "$CHECKOUT/bin/portolan.js" "$@"',
  'systemd-sysusers': 'exec "$REAL_SYSUSERS" --root="$ROOT" "$@"',
  journalctl: '[ "$1" = --unit ] && exec test -f "$ROOT/etc/systemd/system/$2"',
  systemctl: `command=$1; shift
if [ "$1" = --now ]; then shift; fi
for unit; do test -f "$ROOT/etc/systemd/system/$unit" || exit 1; done
case $command in enable) exec "$REAL_SYSTEMCTL" --root="$ROOT" enable "$@" ;; start|stop|restart|status) ;; *) exit 1 ;; esac`,
  docker: `if [ "$1" = exec ]; then shift 2; DATABASE="$ROOT/var/lib/portolan/container.db" exec "$@"; fi\nprintf '%s\\n' "$*" >> "$ROOT/docker.log"`,
};

/** The URLs of IANA's file in the documentation. */
const MIRRORS = ['https://www.iana.org/assignments/service-names-port-numbers', 'https://mirror.example.org'] as const;

/** A folder that simulates a machine. */
export interface Machine {
  readonly root: string;
  /** The checkout, the default folder of commands. */
  readonly checkout: string;
  /** The version of the installed Node: the oldest supported one. */
  readonly nodeVersion: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A web server that replaces the internet. */
  readonly mirror: Server;
}

/**
 * Sets up a folder as a machine, with the oldest supported Node and a repository of the project to clone.
 *
 * @param root - An empty folder.
 */
export async function makeMachine(root: string): Promise<Machine> {
  for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true });
  for (const [name, script] of Object.entries(STUBS)) {
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, 'bin', name), 0o755);
  }
  // Creates a branch of the checked-out commit, as HEAD may be detached.
  const origin = join(root, 'portolan.git');
  run('git', ['clone', '--quiet', '--bare', PROJECT, origin]);
  run('git', ['-C', origin, 'branch', '--quiet', 'release', 'HEAD']);
  run('git', ['-C', origin, 'symbolic-ref', 'HEAD', 'refs/heads/release']);
  const nodeVersion = installOldestNode(join(root, 'node'));
  const mirror = await serveOfficialFile();
  const environment = {
    ...INHERITED,
    PATH: [join(root, 'bin'), join(root, 'node/node_modules/.bin'), process.env.PATH].join(':'),
    ROOT: root,
    // Global installations stay in the folder.
    npm_config_prefix: join(root, 'global'),
    CHECKOUT: join(root, 'work/portolan'),
    REAL_CURL: run('which', ['curl']),
    REAL_SYSTEMCTL: run('which', ['systemctl']),
    REAL_SYSUSERS: run('which', ['systemd-sysusers']),
    PORT: await freePort(),
    UPDATE_URL: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/service-names-port-numbers.csv`,
    npm_config_prefer_offline: 'true',
  };
  return { root, checkout: environment.CHECKOUT, nodeVersion, environment, mirror };
}

/** Serves the bundled registry at any path, gzipped if the path ends in `.gz`. */
async function serveOfficialFile(): Promise<Server> {
  const file = readFileSync(new URL(bundledLists().assignments.file, DATA_FOLDER));
  const mirror = createHttpServer(({ url = '' }, response) =>
    response.end(url.endsWith('.gz') ? gzipSync(file) : file),
  );
  await once(mirror.listen(0, '127.0.0.1'), 'listening');
  return mirror;
}

function run(program: string, args: readonly string[], cwd?: string): string {
  return execFileSync(program, args, {
    cwd,
    env: INHERITED,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** A shell that runs commands one after the other. */
export class Shell {
  readonly #machine: Machine;
  readonly #t: TestContext;
  #folder: string;
  /** The variables that earlier commands have set. */
  readonly #variables: Record<string, string> = {};
  #server: ChildProcess | undefined;

  constructor(t: TestContext, machine: Machine, folder = machine.checkout) {
    this.#t = t;
    this.#machine = machine;
    this.#folder = folder;
  }

  /**
   * Runs one command. A server runs until the next one starts or the test ends; a command that queries one starts it.
   *
   * @param documented - The command as documented.
   * @param expected - The exit code.
   * @returns Its standard output.
   * @throws When it exits with another code.
   */
  async run(documented: string, expected = 0): Promise<string> {
    const command = this.#localize(documented);
    const [, variable, value] = /^([A-Z]+)=(\$\(.*\))$/.exec(command) ?? [];
    if (variable !== undefined) {
      this.#variables[variable] = await this.run(`value=${value}; printf %s "$value"`);
      return '';
    }
    const [, folder] = /^cd (\S+)$/.exec(command) ?? [];
    if (folder !== undefined) {
      this.#folder = join(folder.startsWith('/') ? '' : this.#folder, folder);
      assert.ok(statSync(this.#folder).isDirectory());
      return '';
    }
    if (/\bnpm start$| serve( |$)/.test(command)) return this.#serve(command);
    if (documented.includes('localhost:7605') && this.#server === undefined) await this.#serve('npm start');
    const env = { ...this.#machine.environment, ...this.#variables };
    const child = spawn('/bin/sh', ['-ec', command], { cwd: this.#folder, env });
    const [out, err, [code]] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'close')]);
    assert.equal(code, expected, `${documented}\n${out}\n${err}`);
    return out;
  }

  /** Replaces paths and URLs of the documentation by those of the test. */
  #localize(command: string): string {
    const { root, environment, mirror } = this.#machine;
    const { port } = mirror.address() as AddressInfo;
    return MIRRORS.reduce((text, address) => text.replaceAll(address, `http://127.0.0.1:${port}`), command)
      .replaceAll(REPOSITORY_URL, `file://${root}/portolan.git`)
      .replaceAll(/(?<![\w./])\/(opt|etc|var|srv)\//g, `${root}/$1/`)
      .replaceAll('localhost:7605', `localhost:${environment.PORT}`);
  }

  async #serve(command: string): Promise<string> {
    const { environment } = this.#machine;
    await stop(this.#server);
    const child = spawn('/bin/sh', ['-ec', command.replace('npm', 'exec npm')], {
      cwd: this.#folder,
      env: environment,
      stdio: 'ignore',
    });
    this.#server = child;
    this.#t.after(() => stop(child));
    const isReady = () =>
      fetch(`http://127.0.0.1:${environment.PORT}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    for (const end = Date.now() + 60_000; !(await isReady()); await delay(50)) {
      assert.ok(Date.now() < end && child.exitCode === null, command);
    }
    return '';
  }
}

async function stop(server: ChildProcess | undefined): Promise<void> {
  if (server === undefined || server.exitCode !== null) return;
  server.kill('SIGTERM');
  await once(server, 'exit');
}
