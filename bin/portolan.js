#!/usr/bin/env node
// Plain JavaScript that any Node can read: an old one would fail on the TypeScript behind it without saying why.
const NEEDED = [22, 18];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(
    `Portolan needs Node ${NEEDED.join('.')} or newer, this is ${process.versions.node}: install a newer one, or run "npm ci" without --omit=dev and then "npm start": that brings its own.`,
  );
  process.exit(1);
}

// Libraries check less then what only their own developers get wrong.
process.env.NODE_ENV ??= 'production';
const { enableCompileCache } = await import('node:module');
enableCompileCache?.();
const { main } = await import('../src/cli/main.ts');
await main();
