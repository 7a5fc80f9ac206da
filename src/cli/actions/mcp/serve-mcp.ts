import { RegistryRunner } from '../../../mcp/registry-runner.ts';
import { serveStreams } from '../../../mcp/stdio.ts';
import type { ToolRunner } from '../../../mcp/tool.ts';
import { LOCAL_ASSISTANT } from '../../../registry/own/token.ts';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import { runAtOnce } from '../../../registry/values/run-step.ts';
import { VERSION } from '../../../version.ts';
import type { LocalSource } from '../local-source.ts';
import { openLocalRegistry } from '../open-local-registry.ts';
import type { AnswerSource } from '../query.ts';
import { writeTo } from '../write-source.ts';
import { ServerRunner } from './server-runner.ts';

/**
 * Serves MCP on standard input and output, until standard input ends.
 *
 * @param source - The server or the database.
 * @param mayWrite - Whether the tools may write into the database. On a server, the token decides.
 * @throws {RegistryError} As `openLocalRegistry`.
 */
export async function serveMcp(source: AnswerSource, mayWrite: boolean): Promise<void> {
  const runner = 'server' in source ? new ServerRunner(source) : await localRunner(source, mayWrite);
  const onInternalError = (error: unknown) => console.error('portolan: unexpected error:', error);
  serveStreams({ runner, version: VERSION, isPrivate: true, onInternalError }, process.stdin, process.stdout, (error) =>
    console.error(`portolan: ${error.message}`),
  );
}

async function localRunner(source: LocalSource, mayWrite: boolean): Promise<ToolRunner> {
  return new RegistryRunner({
    registry: await openLocalRegistry(source),
    own: {
      reserve: (reservation, isStrict, by) =>
        writeTo(source, ({ writes }) => writes.reserve(reservation, isStrict, by)),
      remove: (id, revision, by) => writeTo(source, ({ writes }) => writes.remove(id, revision, by)),
    },
    run: runAtOnce,
    authorize: () => {
      if (mayWrite) return LOCAL_ASSISTANT;
      throw new RegistryError('forbidden', 'Cannot write into the local database: expected portolan mcp --write');
    },
  });
}
