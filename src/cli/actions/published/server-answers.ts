import type { PoolReport } from '../../../registry/advice/pool.ts';
import type { CheckedReport } from '../../../registry/published/published-facts.ts';
import type { EphemeralRange } from '../../../registry/rows/ephemeral-range.ts';
import { LAST_PORT } from '../../../registry/values/port-number.ts';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import { isTransportProtocol } from '../../../registry/values/transport-protocol.ts';
import type { RemoteServer } from '../fetch-from-server.ts';

/** An object of JSON, which is untrusted. */
type Fields = Readonly<Record<string, unknown>>;

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isPort: Check = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LAST_PORT;
const isProtocol: Check = (value) => typeof value === 'string' && isTransportProtocol(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const has = (checks: Readonly<Record<string, Check>>): Check => {
  const entries = Object.entries(checks);
  return (value) =>
    typeof value === 'object' && value !== null && entries.every(([name, check]) => check((value as Fields)[name]));
};

const SPAN = { firstPort: isPort, lastPort: isPort };

const isReport = has({
  number: isPort,
  assignments: listOf(
    has({
      ...SPAN,
      protocol: orNull(isProtocol),
      serviceName: orNull(isText),
      description: orNull(isText),
      state: isText,
      unauthorizedUse: orNull(isText),
    }),
  ),
  associations: listOf(
    has({
      ...SPAN,
      id: isText,
      name: isText,
      protocols: listOf(isProtocol),
      origin: isText,
      owner: orNull(isText),
      environment: orNull(isText),
      status: isText,
      otherNames: listOf(isText),
      sources: listOf(has({ title: isText })),
    }),
  ),
  otherNames: listOf(has({ name: isText, protocols: listOf(isProtocol) })),
  blockedByBrowsers: isFlag,
  registry: has({ date: isText }),
});

const isPool = has({
  name: isText,
  owner: orNull(isText),
  protocols: listOf(isProtocol),
  ranges: listOf(has(SPAN)),
});

const isRange = has({ ...SPAN, system: isText, title: isText, current: isFlag, source: has({ title: isText }) });

/**
 * Reads the reports of ports in the answer of a server, which is untrusted.
 *
 * @param server - The server.
 * @param answer - The answer.
 * @param numbers - The ports that were asked for.
 * @throws {RegistryError} `unavailable` for another answer.
 */
export function readReports(server: RemoteServer, answer: unknown, numbers: readonly number[]): CheckedReport[] {
  const reports = readList<CheckedReport>(server, answer, isReport, 'reports of ports');
  if (reports.length === numbers.length && reports.every(({ number }, index) => number === numbers[index]))
    return reports;
  throw unreadable(server, `the reports of ${numbers.length} ports`);
}

/**
 * Reads the pools in the answer of a server, as `readReports`.
 *
 * @param server - The server.
 * @param answer - The answer.
 */
export function readPools(server: RemoteServer, answer: unknown): PoolReport[] {
  return readList<PoolReport>(server, answer, isPool, 'a list of pools');
}

/**
 * Reads the ephemeral ranges in the answer of a server, as `readReports`.
 *
 * @param server - The server.
 * @param answer - The answer.
 */
export function readRanges(server: RemoteServer, answer: unknown): EphemeralRange[] {
  return readList<EphemeralRange>(server, answer, isRange, 'a list of ephemeral ranges');
}

function readList<Row>(server: RemoteServer, answer: unknown, check: Check, expected: string): Row[] {
  const { results } = (answer ?? {}) as { readonly results?: unknown };
  if (!listOf(check)(results)) throw unreadable(server, expected);
  return results as Row[];
}

function unreadable({ server }: RemoteServer, expected: string): RegistryError {
  return new RegistryError('unavailable', `Cannot read the answer of ${server}: expected ${expected}`);
}
