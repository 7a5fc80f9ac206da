#!/usr/bin/env node
// Plain JavaScript that every Node version parses: an old one would fail on the imported TypeScript with an unclear error.
const MINIMUM_VERSION = [22, 18];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < MINIMUM_VERSION[0] || (major === MINIMUM_VERSION[0] && minor < MINIMUM_VERSION[1])) {
  console.error(
    `Portolan needs Node ${MINIMUM_VERSION.join('.')} or newer, this is ${process.versions.node}: install a newer one, or run "npm ci" without --omit=dev, which installs Node 24, and then "npm start".`,
  );
  process.exit(1);
}

// `portolan serve` of an installed package gets the flags that bound the memory of the server, as `npm start` does: V8 reads
// them only at its start. Windows cannot replace a process.
const SERVER_FLAGS = ['--max-semi-space-size=16', '--max-old-space-size=512', '--no-allocation-site-pretenuring'];
if (process.argv[2] === 'serve' && process.execArgv.length === 0 && process.platform !== 'win32')
  process.execve(process.execPath, [process.execPath, ...SERVER_FLAGS, ...process.argv.slice(1)], {
    // One arena of glibc's allocator for all threads, and freed blocks of 2 MiB or more go back to the system. The C library
    // reads it only at its start, too.
    GLIBC_TUNABLES: 'glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=2097152',
    ...process.env,
  });

// Libraries then skip the checks that they run in development.
process.env.NODE_ENV ??= 'production';
const { enableCompileCache } = await import('node:module');
enableCompileCache?.();
// A repository has TypeScript, a package the JavaScript made of it: Node strips no types below node_modules.
const { existsSync } = await import('node:fs');
const isRepository = existsSync(new URL('../src/cli/main.ts', import.meta.url));
const { main } = await (isRepository ? import('../src/cli/main.ts') : import('../dist/cli/main.js'));
await main();
