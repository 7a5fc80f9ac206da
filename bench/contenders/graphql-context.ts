import type { Context } from '../../src/graphql/context.ts';
import { AnswerSize } from '../../src/registry/values/answer-size.ts';
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { WriteThread } from '../../src/sqlite/write/write-thread.ts';

/**
 * Creates the context of Portolan's resolvers, for queries only.
 *
 * @param database - Path of the SQLite file.
 */
export function readingContext(database: string): Context {
  return {
    registry: new SqliteRegistry(database),
    own: new WriteThread(database),
    // Runs each document in one step, without turns for other requests.
    work: {
      run: (step) => step(),
      turn: async () => {},
      startLarge: async () => {},
      runAlone: (answer) => answer((step) => step()),
    },
    // A new one for each read of the field; Portolan has one per request.
    get size() {
      return new AnswerSize();
    },
    authorize: () => {
      throw new Error('Cannot write: this context is for queries');
    },
    maySeeObserved: () => false,
    requestId: '',
    onLookups: () => {},
    markCacheable: () => {},
    chargeCost: async () => null,
  };
}
