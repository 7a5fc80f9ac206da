import { decidingRows, type ListFacts, type OfficialRow } from '../advice/advice-facts.ts';
import { NODEPORT_SYSTEMS } from '../advice/nodeport-band.ts';
import { isAvoidable } from '../advice/range-rules.ts';
import { sweepRows } from '../advice/sweep-rows.ts';
import type { AssignmentState } from '../rows/assignment.ts';
import type { EphemeralRange } from '../rows/ephemeral-range.ts';
import type { OtherName } from '../rows/other-name.ts';
import type { PortSpan } from '../values/port-range.ts';
import type { Steps } from '../values/run-step.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate } from '../values/wording.ts';
import { type Claim, Claims } from './claims.ts';

/** The claims of each transport protocol. */
export type ProtocolClaims<Held extends Claim = Claim> = Readonly<Record<TransportProtocol, Claims<Held>>>;

/** A name by which people call a port, besides IANA's. */
export type PortAlias = Pick<OtherName, 'name' | 'port' | 'protocols'>;

/** The facts of the loaded lists that decide conflicts. */
export interface ConflictLists extends Omit<ListFacts, 'informalUses'> {
  readonly aliases: readonly PortAlias[];
}

/** The claims of the loaded lists. */
export interface ListedClaims {
  readonly registryDate: string;
  /** The keys of a claim are the names of the service. */
  readonly assigned: ProtocolClaims;
  readonly reserved: ProtocolClaims;
  readonly blocked: Claims;
  /** The current ephemeral ranges of the systems that suggestions avoid, and own ones. */
  readonly ephemeral: readonly EphemeralRange[];
  /** The current NodePort ranges of the systems that suggestions avoid. */
  readonly nodePorts: readonly EphemeralRange[];
}

/** The most ports of one step: about 2 ms. */
const STEP_PORTS = 512;

/** The most claims that one step names: about 2 ms. */
const STEP_CLAIMS = 500;

/**
 * Computes the claims of the loaded lists, in steps.
 *
 * @param lists - The facts.
 */
export function* computeListedClaims(lists: ConflictLists): Steps<ListedClaims> {
  const rows = { assigned: officialClaims(), reserved: officialClaims() };
  const ends = lists.assignments.flatMap(({ firstPort, lastPort }) => [firstPort, lastPort + 1]);
  const bounds = [...new Set(ends)].sort((a, b) => a - b);
  const sweep = sweepRows(lists.assignments);
  yield;
  for (const [index, firstPort] of bounds.entries()) {
    if (index % STEP_PORTS === STEP_PORTS - 1) yield;
    const here = sweep(firstPort);
    if (here.length === 0) continue;
    const span = { firstPort, lastPort: (bounds[index + 1] ?? firstPort + 1) - 1 };
    for (const protocol of TRANSPORT_PROTOCOLS) {
      const deciding = decidingRows(here, protocol);
      for (const state of ['assigned', 'reserved'] as const) addClaim(rows[state][protocol], span, deciding, state);
    }
  }
  yield;
  const aliases = Map.groupBy(lists.aliases, ({ port }) => port);
  const ephemeralRanges = lists.ephemeralRanges.filter(isAvoidable);
  const isNodePort = ({ system }: EphemeralRange): boolean => NODEPORT_SYSTEMS.includes(system);
  return {
    registryDate: lists.registryDate,
    assigned: yield* toClaims(rows.assigned, aliases),
    reserved: yield* toClaims(rows.reserved, new Map()),
    blocked: new Claims(lists.blockedPorts.map((port) => ({ firstPort: port, lastPort: port, keys: [], label: '' }))),
    ephemeral: ephemeralRanges.filter((range) => !isNodePort(range)),
    nodePorts: ephemeralRanges.filter(isNodePort),
  };
}

/**
 * Folds a name for the comparison of services: case, blanks and punctuation do not count.
 *
 * @param name - The name of an own entry or a service.
 * @example foldName('Postgre-SQL') // 'postgresql'
 */
export function foldName(name: string): string {
  const folded = name.toLowerCase();
  return folded.replace(/[^\p{L}\p{N}]+/gu, '') || folded;
}

/** Consecutive ports with the same deciding rows in one state. */
interface OfficialClaim {
  readonly rows: readonly OfficialRow[];
  readonly firstPort: number;
  lastPort: number;
}

type OfficialClaims = Readonly<Record<TransportProtocol, OfficialClaim[]>>;

function officialClaims(): OfficialClaims {
  return { tcp: [], udp: [], sctp: [], dccp: [] };
}

/** Adds the ports to the last claim if they continue it. */
function addClaim(
  claims: OfficialClaim[],
  { firstPort, lastPort }: PortSpan,
  deciding: readonly OfficialRow[],
  state: AssignmentState,
): void {
  const rows = deciding.filter((row) => row.state === state);
  if (rows.length === 0) return;
  const before = claims.at(-1);
  const continues =
    before?.lastPort === firstPort - 1 &&
    before.rows.length === rows.length &&
    before.rows.every((row) => rows.includes(row));
  if (continues) before.lastPort = lastPort;
  else claims.push({ rows, firstPort, lastPort });
}

/** Names the claims, one protocol in a few steps. */
function* toClaims(found: OfficialClaims, aliases: ReadonlyMap<number, readonly PortAlias[]>): Steps<ProtocolClaims> {
  const claims: Partial<Record<TransportProtocol, Claims>> = {};
  for (const protocol of TRANSPORT_PROTOCOLS) {
    const named: Claim[] = [];
    for (const [index, { rows, firstPort, lastPort }] of found[protocol].entries()) {
      if (index % STEP_CLAIMS === STEP_CLAIMS - 1) yield;
      const names = [...new Set(rows.flatMap(({ serviceName }) => serviceName ?? []))];
      const others: string[] = [];
      for (let port = firstPort; port <= lastPort; port++) {
        for (const { name, protocols } of aliases.get(port) ?? []) if (protocols.includes(protocol)) others.push(name);
      }
      const label = names.length === 0 ? 'a service without a name' : enumerate(names);
      named.push({ firstPort, lastPort, keys: [...names, ...others].map(foldName), label });
    }
    yield;
    claims[protocol] = new Claims(named);
    yield;
  }
  return claims as ProtocolClaims;
}
