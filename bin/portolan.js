#!/usr/bin/env node
// Plain JavaScript that every Node version parses: an old one would fail on the imported TypeScript with an unclear error.
const MINIMUM_VERSION = [22, 18];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < MINIMUM_VERSION[0] || (major === MINIMUM_VERSION[0] && minor < MINIMUM_VERSION[1])) {
  console.error(
    `Portolan needs Node ${MINIMUM_VERSION.join('.')} or newer, this is ${process.versions.node}: install a newer one, or run "npm ci" without --omit=dev and then "npm start": that brings its own.`,
  );
  process.exit(1);
}

// Libraries then skip the checks that they run in development.
process.env.NODE_ENV ??= 'production';
const { enableCompileCache } = await import('node:module');
enableCompileCache?.();
const { main } = await import('../src/cli/main.ts');
await main();
