import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import type { ListenOptions } from '../../http/server/server.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { shareFigures } from './worker-metrics.ts';
import type { WorkerTask } from './workers.ts';

// What a process runs that `workers.ts` has started. It ends when that one says so, or is no more.
enableCompileCache();

// A terminal interrupts all processes at once; when to stop is for the first one to say.
process.on('SIGINT', () => {});

const [{ config, worker }, socket] = (await once(process, 'message')) as [WorkerTask, ListenOptions['socket']];
const { openLog } = await import('./open-log.ts');
const log = (await openLog(config)).child({ worker });
try {
  const { answer } = await import('./answer.ts');
  const { countsOfWorkers } = await import('./request-counts.ts');
  const requestCounts = await countsOfWorkers(config);
  const server = await answer(config, log, { requestCounts, socket, share: shareFigures });
  process.on('SIGTERM', async () => {
    await server.stop();
    process.exit(0);
  });
  process.send?.({ url: server.url });
} catch (error) {
  if (!(error instanceof RegistryError)) throw error;
  process.send?.({ code: error.code, failure: error.message }, () => process.exit(1));
}
