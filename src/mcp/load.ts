import { setTimeout as delay } from 'node:timers/promises';

/** The pause between two modules, in milliseconds: enough to read and answer a request. */
const PAUSE_MS = 3;

/** Loads the modules of the handler at the first request: 0.1 to 0.2 s and 33 MB, with pauses for other requests. */
export async function loadMcp() {
  for (const load of [() => import('yaml'), () => import('@modelcontextprotocol/server')]) {
    await load();
    await delay(PAUSE_MS);
  }
  const { createMcpHandler } = await import('./mcp-handler.ts');
  await delay(PAUSE_MS);
  return createMcpHandler;
}
