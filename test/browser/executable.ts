/** Debian's package `chromium`; another one by the environment variable CHROMIUM. */
export const EXECUTABLE = process.env.CHROMIUM || '/usr/bin/chromium';

/** It runs as root in a container, sends no requests of its own, and resolves no other host than this one. */
export const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
