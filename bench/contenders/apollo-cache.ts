// Apollo Server 5 on Express as apollo.ts has it, with Apollo's own response cache, in which all ports fit.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import responseCache from '@apollo/server-plugin-response-cache';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { Context } from '../../src/graphql/context.ts';
import { resolvers } from '../../src/graphql/resolvers.ts';
import { announce } from './announce.ts';
import { readingContext } from './graphql-context.ts';

const context = readingContext(process.argv[2] ?? '');
const typeDefs = readFileSync(new URL('../../schema/portolan.graphql', import.meta.url), 'utf8');
const server = new ApolloServer<Context>({
  typeDefs,
  resolvers,
  cache: new InMemoryLRUCache({ maxSize: 256 * 1024 * 1024 }),
  plugins: [ApolloServerPluginCacheControl({ defaultMaxAge: 3600 }), responseCache()],
});
await server.start();
const app = express();
app.use('/graphql', express.json(), expressMiddleware(server, { context: async () => context }));
announce(createServer(app));
