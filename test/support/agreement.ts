import assert from 'node:assert/strict';
import type { Express } from 'express';
import type { PortReport } from '../../src/registry/report/port-report.ts';
import { request } from './contract.ts';

/** A document that selects every field of a port that needs no token. */
export const EVERY_FIELD = `query ($numbers: [Int!]!, $protocol: TransportProtocol) {
  ports(numbers: $numbers, protocol: $protocol) {
    number
    range { name title firstPort lastPort reference }
    summary
    states { tcp udp sctp dccp }
    assignments {
      serviceName firstPort lastPort protocol state description assignee contact registrationDate modificationDate
      references { title url } serviceCode unauthorizedUse notes aliasOf prominence
    }
    associations { id name usedBy firstPort lastPort protocols category confidence prominence origin note sources { title url }
      owner contact environment link tags otherNames justification approvedBy approvedAt reviewBy expiresAt status hosts revision }
    otherNames { name protocols sources { title url } }
    ephemeralRanges { system title firstPort lastPort }
    blockedByBrowsers
    checks { system tool command needsRoot }
    registry { date }
  }
}`;

/** The fields that are enums in GraphQL. */
const ENUMS = [
  'protocol',
  'state',
  'protocols',
  'category',
  'confidence',
  'origin',
  'status',
  'tcp',
  'udp',
  'sctp',
  'dccp',
];

/** Converts the values of enum fields to GraphQL's names. */
function asGraphql({ observed, ...report }: PortReport): unknown {
  assert.equal(observed, null);
  const enumValue = (word: string) => word.toUpperCase().replaceAll('-', '_');
  return JSON.parse(JSON.stringify(report), (key, value) => {
    if (!ENUMS.includes(key) || value === null) return value;
    return Array.isArray(value) ? value.map(enumValue) : enumValue(value);
  });
}

/**
 * Compares the complete answers of REST and GraphQL about the same ports.
 *
 * @param app - The app.
 * @param first - The first port.
 * @param last - The last port, at most 999 above the first.
 * @param protocol - The only protocol; null for all.
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
  // Equal texts are equal answers, including the order of fields. The slow comparison runs only for a difference.
  if (JSON.stringify(actual) !== JSON.stringify(expected)) assert.deepEqual(actual, expected);
}
