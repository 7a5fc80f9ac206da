import type { Pool } from '../advice/advice-facts.ts';
import type { EphemeralRange } from '../rows/ephemeral-range.ts';
import { formatSpan, namePorts, overlaps, PORT_RANGES, type PortSpan, spanWidth } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';
import { capitalize, enumerate } from '../values/wording.ts';
import { type Claim, type Claimed, Claims } from './claims.ts';
import { type CheckedEntry, type ConflictKind, type Holder, MOST_ENTRIES } from './conflict.ts';
import { foldName, type ListedClaims, type ProtocolClaims } from './listed-claims.ts';

/** The ports of a pool with an owner. */
export interface PoolClaim extends Claim {
  readonly name: string;
  readonly owner: string;
}

/** All claims on ports besides those of own entries. */
export interface ClaimFacts extends ListedClaims {
  /** The pools with an owner. The key of a claim is the owner. */
  readonly pools: ProtocolClaims<PoolClaim>;
}

/** A conflict of an entry with a claim. */
export interface ClaimFinding extends PortSpan {
  readonly detail: string;
  readonly remedy: string;
  readonly source: string;
  /** The pools; empty for other kinds. */
  readonly holders: readonly Holder[];
  /** Identifies the claims, for the comparison with those of an earlier version of the entry. */
  readonly claimKeys: readonly string[];
}

/** A rule that finds the conflict of an own entry with the claims of one kind. */
export interface ClaimRule {
  readonly kind: ConflictKind;
  /** True for a rule whose findings depend on the protocol. */
  readonly isPerProtocol: boolean;
  /** Returns whether the rule finds a conflict. */
  readonly applies: (entry: CheckedEntry, facts: ClaimFacts, protocol: TransportProtocol) => boolean;
  /** Describes the conflict; null for none. */
  readonly find: (entry: CheckedEntry, facts: ClaimFacts, protocol: TransportProtocol) => ClaimFinding | null;
}

/** The most claims that a sentence names. */
const MOST_NAMED = 3;

const DYNAMIC = PORT_RANGES.filter(({ name }) => name === 'dynamic').map((range) => ({
  ...range,
  keys: [],
  label: '',
}));

/** The rules, in the order of answers. */
export const CLAIM_RULES: readonly ClaimRule[] = [
  rule('pool', true, ({ owner }, { pools }, protocol) => [pools[protocol], ownerKeys(owner)], {
    detail: ({ claims, count }, ports) => {
      const isOne = claims.length === count && claims.every(({ label }) => label === claims[0]?.label);
      const belong = `${count === 1 ? 'belongs' : 'belong'} to the ${isOne ? 'pool' : 'pools'}`;
      return `${capitalize(ports)} ${belong} ${nameClaims(claims, count)}.`;
    },
    remedy: ({ claims }) => `Move the entry out of the pool, or set its owner to ${claims[0]?.owner}.`,
    source: ({ claims }) => claims.slice(0, MOST_NAMED).map(({ name }) => `pool ${name}`),
    holders: ({ claims }) =>
      claims.map(({ name, owner }) => ({ kind: 'pool', id: null, name, owner, environment: null })),
  }),
  rule('assigned', true, (entry, { assigned }, protocol) => [assigned[protocol], namesOf(entry)], {
    detail: ({ claims, count }, ports) => `IANA has assigned ${ports} to ${nameClaims(claims, count)}.`,
    remedy: () =>
      "Use a port that IANA has not assigned. If the entry is the same service, add IANA's name to its other names.",
    source: iana,
  }),
  rule('reserved', true, (_entry, { reserved }, protocol) => [reserved[protocol], []], {
    detail: (_claimed, ports) => `IANA has reserved ${ports}.`,
    remedy: () => 'Use a port that IANA has not reserved.',
    source: iana,
  }),
  rule('dynamic_range', false, () => [new Claims(DYNAMIC), []], {
    detail: (claimed, ports) =>
      `${capitalize(ports)} ${spanWidth(claimed) === 0 ? 'is' : 'are'} in the Dynamic Ports 49152-65535, which are never assigned: any program may use them for a while.`,
    remedy: () => 'Use a port below 49152.',
    source: () => [DYNAMIC[0]?.reference ?? ''],
  }),
  rangeRule('ephemeral', ({ ephemeral }) => ephemeral, {
    detail: (ranges, ports) =>
      `${enumerate(ranges.map(titled))} ${ranges.length === 1 ? 'uses' : 'use'} ${ports} for outgoing connections.`,
    remedy: 'Use a port outside of the range, or exclude it on those hosts: the advice on the port has the commands.',
  }),
  rangeRule('nodeport', ({ nodePorts }) => nodePorts, {
    detail: (ranges, ports) =>
      `${enumerate(ranges.map(titled))} gives ${ports} to Services of type NodePort, on every node.`,
    remedy: 'Use a port outside of the range, or change the range of the cluster.',
  }),
  rule('blocked_by_browsers', false, (_entry, { blocked }) => [blocked, []], {
    detail: (_claimed, ports) => `Browsers do not connect to ${ports}.`,
    remedy: () => 'Use another port if browsers open the service.',
    source: () => ['WHATWG Fetch standard'],
  }),
];

/**
 * Returns the protocols of an entry that a rule looks at, in the usual order: the first one if its findings do not depend on it.
 *
 * @param rule - The rule.
 * @param entry - The entry.
 */
export function protocolsOf(
  { isPerProtocol }: Pick<ClaimRule, 'isPerProtocol'>,
  entry: Pick<CheckedEntry, 'protocols'>,
): TransportProtocol[] {
  const protocols = TRANSPORT_PROTOCOLS.filter((protocol) => entry.protocols.includes(protocol));
  return isPerProtocol ? protocols : protocols.slice(0, 1);
}

/**
 * Adds the pools to the claims of the lists.
 *
 * @param lists - The claims of the lists.
 * @param pools - All pools.
 */
export function withPools(lists: ListedClaims, pools: readonly Pool[]): ClaimFacts {
  const ofProtocol = (protocol: TransportProtocol): Claims<PoolClaim> =>
    new Claims(
      pools.flatMap(({ name, spans, protocols, owner }) => {
        if (owner === null || !protocols.includes(protocol)) return [];
        const claim = { keys: ownerKeys(owner), label: `${name}, owned by ${owner}`, name, owner };
        return spans.map((span) => ({ ...span, ...claim }));
      }),
    );
  const [tcp, udp, sctp, dccp] = TRANSPORT_PROTOCOLS.map(ofProtocol);
  return { ...lists, pools: { tcp, udp, sctp, dccp } as ClaimFacts['pools'] };
}

function ownerKeys(owner: string | null): string[] {
  return owner === null ? [] : [owner.toLowerCase()];
}

function namesOf({ name, otherNames }: CheckedEntry): string[] {
  return [name, ...otherNames].map(foldName);
}

function nameClaims(claims: readonly Claim[], count: number): string {
  const named = claims.slice(0, MOST_NAMED);
  const labels = [...new Set(named.map(({ label }) => label))];
  return enumerate(count > named.length ? [...labels, `${(count - named.length).toLocaleString('en')} more`] : labels);
}

function iana(_claimed: Claimed, { registryDate }: ClaimFacts): string[] {
  return [`IANA registry of ${registryDate}`];
}

/** The texts of a rule. */
interface ClaimTexts<Held extends Claim> {
  /** The text for the ports of the entry that are claimed, such as `20000/tcp` or `port 6000`. */
  readonly detail: (claimed: Claimed<Held>, ports: string) => string;
  readonly remedy: (claimed: Claimed<Held>) => string;
  readonly source: (claimed: Claimed<Held>, facts: ClaimFacts) => readonly string[];
  readonly holders?: (claimed: Claimed<Held>) => readonly Holder[];
}

function rule<Held extends Claim>(
  kind: ConflictKind,
  isPerProtocol: boolean,
  claimsOf: (entry: CheckedEntry, facts: ClaimFacts, protocol: TransportProtocol) => readonly [Claims<Held>, string[]],
  texts: ClaimTexts<Held>,
): ClaimRule {
  return {
    kind,
    isPerProtocol,
    applies: (entry, facts, protocol) => {
      const [claims, keys] = claimsOf(entry, facts, protocol);
      return claims.find(entry, keys, 0) !== null;
    },
    find: (entry, facts, protocol) => {
      const [claims, keys] = claimsOf(entry, facts, protocol);
      const claimed = claims.find(entry, keys, MOST_ENTRIES);
      if (claimed === null) return null;
      const { firstPort, lastPort } = claimed;
      const span = `${formatSpan(claimed)}${isPerProtocol ? `/${protocol}` : ''}`;
      const place = isPerProtocol ? span : namePorts(claimed);
      return {
        firstPort,
        lastPort,
        detail: texts.detail(claimed, claimed.count === 1 ? place : `ports of ${span}`),
        remedy: texts.remedy(claimed),
        source: [...new Set(texts.source(claimed, facts))].join('; '),
        holders: texts.holders?.(claimed) ?? [],
        claimKeys: keysOf(claimed, claimed.count > claimed.claims.length).map((key) => `${kind} ${protocol} ${key}`),
      };
    },
  };
}

/** Returns a rule on the ranges of systems, which may overlap. */
function rangeRule(
  kind: ConflictKind,
  rangesOf: (facts: ClaimFacts) => readonly EphemeralRange[],
  texts: { readonly detail: (ranges: readonly EphemeralRange[], ports: string) => string; readonly remedy: string },
): ClaimRule {
  return {
    kind,
    isPerProtocol: false,
    applies: (entry, facts) => rangesOf(facts).some((range) => overlaps(range, entry)),
    find: (entry, facts) => {
      const ranges = rangesOf(facts).filter((range) => overlaps(range, entry));
      if (ranges.length === 0) return null;
      const span = {
        firstPort: Math.max(entry.firstPort, Math.min(...ranges.map(({ firstPort }) => firstPort))),
        lastPort: Math.min(entry.lastPort, Math.max(...ranges.map(({ lastPort }) => lastPort))),
      };
      return {
        ...span,
        detail: texts.detail(ranges, namePorts(span)),
        remedy: texts.remedy,
        source: [...new Set(ranges.map(({ source }) => source.title))].join('; '),
        holders: [],
        claimKeys: ranges.map((range) => `${kind} ${titled(range)}`),
      };
    },
  };
}

/** Returns the first port of each claim, as claims do not overlap; also the ends of claims that are too many to list. */
function keysOf({ claims, firstPort, lastPort }: Claimed, isCut: boolean): string[] {
  const keys = claims.map((claim) => String(claim.firstPort));
  return isCut ? [...keys, `from ${firstPort}`, `to ${lastPort}`] : keys;
}

function titled(range: EphemeralRange): string {
  return `${range.title} (${formatSpan(range)})`;
}
