// Stock Apollo Server 5 on Express, as in its manual, with Portolan's schema, resolvers and registry.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { Context } from '../../src/graphql/context.ts';
import { resolvers } from '../../src/graphql/resolvers.ts';
import { announce } from './announce.ts';
import { readingContext } from './graphql-context.ts';

const context = readingContext(process.argv[2] ?? '');
const typeDefs = readFileSync(new URL('../../schema/portolan.graphql', import.meta.url), 'utf8');
const server = new ApolloServer<Context>({ typeDefs, resolvers });
await server.start();
const app = express();
app.use('/graphql', express.json(), expressMiddleware(server, { context: async () => context }));
announce(createServer(app));
