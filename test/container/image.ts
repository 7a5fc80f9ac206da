import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PROJECT } from '../support/portolan-process.ts';
import { parseSteps, type Step } from './dockerfile.ts';

/** The result of building the Dockerfile: the file system and the configuration of the image. */
export interface Image {
  /** The folder with its root file system. */
  readonly tree: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly user: string;
  readonly volumes: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly health: readonly string[];
}

type Stage = { -readonly [Key in keyof Image]: Image[Key] };

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The supported base images: Debian, with or without node and npm. */
const BASE = /^(?:node:\d+-|debian:)([a-z]+)-slim$/;

/**
 * Runs the steps of the Dockerfile, each in the folder of its stage. Builds Debian from its packages in place of a base
 * image, and copies node and npm from this machine.
 *
 * @param folder - An empty folder to work in.
 * @returns The last stage.
 */
export function buildImage(folder: string): Image {
  const stages: Stage[] = [];
  const names = new Map<string, Stage>();
  for (const step of parseSteps()) {
    if (step.word === 'FROM') {
      const stage = newStage(join(folder, `stage-${stages.length}`), step.words[0] ?? '', folder);
      stages.push(stage);
      if (step.words[1]?.toUpperCase() === 'AS') names.set(step.words[2] ?? '', stage);
    } else if (step.word !== 'ARG') {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`${step.word} before FROM`);
      applyStep(step, stage, names);
    }
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error('The Dockerfile has no FROM');
  return last;
}

function newStage(tree: string, image: string, folder: string): Stage {
  const [, suite] = BASE.exec(image) ?? [];
  if (suite === undefined) throw new Error(`Unsupported base image ${image}`);
  const base = join(folder, `debian-${suite}.tar`);
  if (!existsSync(base)) run('mmdebstrap', ['--quiet', '--variant=minbase', suite, base]);
  mkdirSync(tree);
  run('tar', ['--extract', '--file', base, '--directory', tree, '--exclude=./dev/*']);
  if (image.startsWith('node:')) addNode(tree);
  return {
    tree,
    environment: { PATH },
    folder: '/',
    user: '0:0',
    volumes: [],
    entrypoint: [],
    command: [],
    health: [],
  };
}

function addNode(tree: string): void {
  copyFileSync(process.execPath, join(tree, 'usr/local/bin/node'));
  const npm = dirname(dirname(realpathSync(run('which', ['npm']).trim())));
  cpSync(npm, join(tree, 'usr/local/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(tree, 'usr/local/bin/npm'));
}

function applyStep(step: Step, stage: Stage, names: ReadonlyMap<string, Stage>): void {
  const { word, words, text } = step;
  if (word === 'WORKDIR') {
    stage.folder = resolve(stage.folder, text);
    mkdirSync(join(stage.tree, stage.folder), { recursive: true });
  } else if (word === 'COPY') copy(step, stage, names);
  else if (word === 'RUN') runStep(step, stage);
  else if (word === 'USER') stage.user = text;
  else if (word === 'ENV')
    stage.environment = { ...stage.environment, ...Object.fromEntries(words.map(parseVariable)) };
  else if (word === 'VOLUME') stage.volumes = words;
  else if (word === 'ENTRYPOINT') stage.entrypoint = words;
  else if (word === 'CMD') stage.command = words;
  else if (word === 'HEALTHCHECK') stage.health = words;
  else if (word !== 'EXPOSE' && word !== 'STOPSIGNAL') throw new Error(`Unsupported instruction ${word}`);
}

function parseVariable(word: string): [string, string] {
  const [name = '', ...value] = word.split('=');
  return [name, value.join('=')];
}

/** Copies files. The content of a folder is copied, without the folder itself, as container engines do. */
function copy({ flags, words }: Step, stage: Stage, names: ReadonlyMap<string, Stage>): void {
  const { from } = flags;
  const origin = from === undefined ? PROJECT : names.get(from)?.tree;
  if (origin === undefined) throw new Error(`There is no stage ${from}`);
  const target = words.at(-1) ?? '';
  const place = join(stage.tree, resolve(stage.folder, target));
  for (const source of words.slice(0, -1)) {
    if (from === undefined && !isInContext(source)) throw new Error(`.dockerignore excludes ${source}`);
    const path = join(origin, source);
    const isInto = target.endsWith('/') && !statSync(path).isDirectory();
    cpSync(path, isInto ? join(place, basename(path)) : place, { recursive: true, verbatimSymlinks: true });
  }
}

/** Returns whether .dockerignore includes a path: it excludes everything and then lists what to include. */
export function isInContext(path: string): boolean {
  const lines = readFileSync(join(PROJECT, '.dockerignore'), 'utf8').split('\n');
  const [first, ...others] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (first !== '*' || others.some((line) => !/^![\w.-]+$/.test(line)))
    throw new Error('.dockerignore has an unsupported pattern');
  return others.includes(`!${path}`);
}

/** Runs a command as root, with network access, in the tree of the stage. Mounts npm's cache to avoid downloads. */
function runStep({ text }: Step, stage: Stage): void {
  copyFileSync('/etc/resolv.conf', join(stage.tree, 'etc/resolv.conf'));
  const cache = run('npm', ['config', 'get', 'cache']).trim();
  mkdirSync(join(stage.tree, 'tmp/npm-cache'), { recursive: true });
  const script = `set -e
${devices(stage.tree)}
if [ -d '${cache}' ]; then mount --bind '${cache}' '${stage.tree}/tmp/npm-cache'; fi
exec chroot '${stage.tree}' /bin/sh -c 'cd "$1" && exec /bin/sh -c "$2"' sh "$1" "$2"`;
  const environment = {
    ...stage.environment,
    HOME: '/root',
    npm_config_cache: '/tmp/npm-cache',
    npm_config_prefer_offline: 'true',
  };
  run(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-c', script, 'sh', stage.folder, text],
    environment,
  );
}

/** Returns a script that runs a program in an image whose file system is read-only, except for volumes and a tmpfs /tmp. */
const containerScript = (
  tree: string,
  volumes: readonly (readonly [outside: string, inside: string])[],
): string => `set -e
mount --bind '${tree}' '${tree}'
${devices(tree)}
${volumes.map(([outside, inside]) => `mount --bind '${outside}' '${tree}${inside}'`).join('\n')}
mount -o remount,bind,ro '${tree}'
mount -t tmpfs -o noexec,nosuid,nodev,size=32m,mode=1777 tmpfs '${tree}/tmp'
user=$1 group=$2 folder=$3
shift 3
exec chroot '${tree}' /usr/bin/setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \\
  /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$folder" "$@"`;

function devices(tree: string): string {
  return `mount -t proc proc '${tree}/proc'
mount -t tmpfs -o size=64k,mode=755 tmpfs '${tree}/dev'
for device in null zero random urandom; do touch '${tree}/dev/'$device; mount --bind /dev/$device '${tree}/dev/'$device; done`;
}

/**
 * Starts a program as in a container: as the image's user, as process 1, with a read-only root file system and without
 * capabilities. It shares this machine's network.
 *
 * @param image - The image.
 * @param volumes - Pairs of an outside path and the path of the volume.
 * @param args - Arguments after the entrypoint, in place of the image's command.
 * @param options - Additional environment variables, and another entrypoint.
 */
export function startContainer(
  image: Image,
  volumes: readonly (readonly [outside: string, inside: string])[],
  args: readonly string[] = image.command,
  {
    environment = {},
    entrypoint = image.entrypoint,
  }: { environment?: Readonly<Record<string, string>>; entrypoint?: readonly string[] } = {},
): ChildProcess {
  const [user = '', group = ''] = image.user.split(':');
  const unshared = [
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '/bin/sh',
    '-c',
    containerScript(image.tree, volumes),
    'sh',
  ];
  return spawn('unshare', [...unshared, user, group, image.folder, ...entrypoint, ...args], {
    env: { ...image.environment, ...environment },
  });
}

function run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): string {
  return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...(env && { env }) });
}
