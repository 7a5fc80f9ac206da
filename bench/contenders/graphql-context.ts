import type { Context } from '../../src/graphql/context.ts';
import { AnswerSize } from '../../src/registry/values/answer-size.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { WriteThread } from '../../src/sqlite/write/write-thread.ts';

/**
 * Makes what Portolan's resolvers find beside their arguments, for queries only.
 *
 * @param database - Path of the SQLite file.
 */
export function readingContext(database: string): Context {
  return {
    registry: new SqliteRegistry(database),
    own: new WriteThread(database),
    // Others get no turns: each document is one step.
    work: { run: async (step) => step(), turn: async () => {}, startLarge: async () => true },
    // A new one for each question, as of a request.
    get size() {
      return new AnswerSize();
    },
    authorize: () => {
      throw new Error('Nothing is written here');
    },
    requestId: '',
    onLookups: () => {},
    markCacheable: () => {},
    chargeCost: async () => null,
  };
}
