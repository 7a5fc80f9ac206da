import assert from 'node:assert/strict';
import type { Express } from 'express';
import type { PortReport } from '../../src/registry/report/port-report.ts';
import { request } from './contract.ts';

/** The document that asks for every field of a port. */
export const EVERY_FIELD = `query ($numbers: [Int!]!, $protocol: TransportProtocol) {
  ports(numbers: $numbers, protocol: $protocol) {
    number
    range { name title firstPort lastPort reference }
    summary
    states { tcp udp sctp dccp }
    assignments {
      serviceName firstPort lastPort protocol state description assignee contact registrationDate modificationDate
      references { title url } serviceCode unauthorizedUse notes aliasOf
    }
    associations { id name usedBy firstPort lastPort protocols category confidence origin note sources { title url }
      owner contact environment link tags revision }
    ephemeralRanges { system title firstPort lastPort }
    blockedByBrowsers
    checks { system tool command needsRoot }
    registry { date importedAt }
  }
}`;

/** The fields that are enums in GraphQL. */
const ENUMS = ['protocol', 'state', 'protocols', 'category', 'confidence', 'origin', 'tcp', 'udp', 'sctp', 'dccp'];

/** Writes the domain's words as GraphQL does, wherever GraphQL has an enum. */
function asGraphql(report: PortReport): unknown {
  const enumValue = (word: string) => word.toUpperCase().replaceAll('-', '_');
  return JSON.parse(JSON.stringify(report), (key, value) => {
    if (!ENUMS.includes(key) || value === null) return value;
    return Array.isArray(value) ? value.map(enumValue) : enumValue(value);
  });
}

/**
 * Asks REST and GraphQL the same, and compares all that they say.
 *
 * @param app - What answers.
 * @param first - The first port.
 * @param last - The last one, up to 999 above.
 * @param protocol - Asks for one protocol alone; null for all.
 * @throws {AssertionError} When they differ.
 */
export async function assertAgreement(
  app: Express,
  first: number,
  last: number,
  protocol: string | null,
): Promise<void> {
  const search = `ports=${first}-${last}${protocol === null ? '' : `&protocol=${protocol}`}`;
  const rest = await request(app).get(`/ports?${search}`);
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const variables = { numbers, protocol: protocol?.toUpperCase() };
  const graphql = await request(app).post('/graphql').send({ query: EVERY_FIELD, variables });
  assert.equal(graphql.body.errors, undefined);
  const [actual, expected] = [graphql.body.data.ports, rest.body.results.map(asGraphql)];
  // Equal texts are equal answers, the order of their fields included; only a difference is worth the slow comparison.
  if (JSON.stringify(actual) !== JSON.stringify(expected)) assert.deepEqual(actual, expected);
}
