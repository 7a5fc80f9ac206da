import { request } from 'graphql-request';
import createClient from 'openapi-fetch';
import { PortDocument, type PortQuery } from './generated/graphql.ts';
import type { components, paths } from './generated/rest.ts';

type JsonTypes = 'application/json' | 'application/problem+json';

/**
 * Queries REST.
 *
 * @param origin - Where Portolan answers.
 * @param port - The port number.
 * @throws {Error} With the detail of the problem.
 */
export async function askRest(origin: string, port: number): Promise<components['schemas']['Port']> {
  const client = createClient<paths, JsonTypes>({ baseUrl: origin });
  const { data, error } = await client.GET('/ports/{port}', { params: { path: { port }, query: { protocol: 'tcp' } } });
  if (error !== undefined) throw new Error(error.detail);
  return data;
}

/**
 * Queries GraphQL.
 *
 * @param origin - Where Portolan answers.
 * @param number - The port number.
 */
export async function askGraphql(origin: string, number: number): Promise<PortQuery['port']> {
  const { port } = await request(`${origin}/graphql`, PortDocument, { number });
  return port;
}
