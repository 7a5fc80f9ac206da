import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import type { ListenOptions } from '../../http/server/server.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { PROCESS_TITLE } from '../../version.ts';
import { shareMetrics } from './worker-metrics.ts';
import type { WorkerTask } from './workers.ts';

// The entry point of a worker process, which `workers.ts` starts. It exits on SIGTERM, and with the primary process.
enableCompileCache();
process.title = PROCESS_TITLE;

// A terminal sends SIGINT to all processes: the primary decides when a worker stops.
process.on('SIGINT', () => {});

const [{ config, worker }, socket] = (await once(process, 'message')) as [WorkerTask, ListenOptions['socket']];
const { openLog } = await import('./open-log.ts');
const log = (await openLog(config)).child({ worker });
try {
  const { startServer } = await import('./start-server.ts');
  const { createClusterRequestCounts } = await import('./rate-limiter.ts');
  const requestCounts = await createClusterRequestCounts(config);
  const server = await startServer(config, log, { requestCounts, socket, shareMetrics });
  process.on('SIGTERM', async () => {
    await server.stop();
    process.exit(0);
  });
  process.send?.({ url: server.url });
} catch (error) {
  if (!(error instanceof RegistryError)) throw error;
  process.send?.({ code: error.code, failure: error.message }, () => process.exit(1));
}
