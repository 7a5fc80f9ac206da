// mercurius on Fastify with JIT (compiles a document at its second use), with Portolan's schema, resolvers and registry.
import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import type { Context } from '../../src/graphql/context.ts';
import type { GraphqlPort } from '../../src/graphql/observed-questions.ts';
import { resolvers } from '../../src/graphql/resolvers.ts';
import { readingContext } from './graphql-context.ts';

/** Calls a method of a port: compiled queries of graphql-jit call none without a resolver. */
function call(name: 'associations' | 'checks' | 'observed') {
  return (port: GraphqlPort, asked: unknown, context: Context): unknown => port[name](asked, context);
}

const Port = { associations: call('associations'), checks: call('checks'), observed: call('observed') };
const context = readingContext(process.argv[2] ?? '');
const typeDefs = readFileSync(new URL('../../schema/portolan.graphql', import.meta.url), 'utf8');
const app = Fastify();
await app.register(mercurius, {
  schema: makeExecutableSchema({ typeDefs, resolvers: { ...resolvers, Port } }),
  jit: 1,
  context: () => ({ ...context }),
});
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
