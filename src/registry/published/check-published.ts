import { SEVERITIES, type Severity } from '../advice/suitability-rule.ts';
import type { ConflictKind, StoredEntry } from '../conflicts/conflict.ts';
import { foldName } from '../conflicts/listed-claims.ts';
import { findWarnings } from '../conflicts/warnings.ts';
import { WIDEST_EXPANDED_RANGE } from '../report/port-name.ts';
import { type Association, compareAssociations } from '../rows/association.ts';
import { formatSpan, spanWidth } from '../values/port-range.ts';
import { enumerateSome } from '../values/wording.ts';
import { type IndexedFacts, indexFacts, type PublishedFacts } from './published-facts.ts';
import { findPublishedOverlaps } from './published-overlaps.ts';
import type { FilePlace, PublishedPort, PublishedPorts, UncheckedPart } from './published-port.ts';

/**
 * The kind of a finding: on a port that another part of the files has `published`; an `informal_use`; a part of a file that is
 * `unchecked`; or as a conflict of an own entry.
 */
export type FindingKind = ConflictKind | 'published' | 'informal_use' | 'unchecked';

/** One finding on a published port, or on a part of a file. */
export interface PublishedFinding extends FilePlace {
  readonly kind: FindingKind;
  /** `avoid` for a conflict: `published`, `overlap` and `pool`. The others are notes. */
  readonly severity: Severity;
  /** The service, the workload or the variable. */
  readonly name: string;
  /** The published port; null for a part of a file that is unchecked. */
  readonly port: PublishedPort | null;
  /** The finding in one or two sentences. */
  readonly detail: string;
  /** The source of the fact: an own entry's id, a pool, a registry, a document, another file. */
  readonly source: string;
  /** The other published port of `published`; else null. */
  readonly other: PublishedPort | null;
}

/** The team and the environment of the services in the files. */
export interface FileOwner {
  /** The team: its own pools are no conflict. Null if no team is named: each pool with an owner is one. */
  readonly owner: string | null;
  /** The environment: own entries of others are ignored. Null for all environments. */
  readonly environment: string | null;
}

/** The most uses that a sentence names. */
const MOST_NAMED = 3;

/**
 * Checks published ports against each other and against the registry.
 *
 * @param published - What the files publish.
 * @param facts - What is known of the ports.
 * @param owner - The team and the environment of the services.
 * @returns The findings by file, in the order of `published`, and line; those of one place by severity.
 */
export function checkPublished(published: PublishedPorts, facts: PublishedFacts, owner: FileOwner): PublishedFinding[] {
  const indexed = indexFacts(facts);
  const overlaps = findPublishedOverlaps(published.ports);
  const findings = published.ports.flatMap((port) => {
    const other = overlaps.get(port);
    return [
      ...(other === undefined ? [] : [overlapFinding(port, other)]),
      ...registryFindings(port, indexed, owner),
      ...informalUses(port, indexed),
    ];
  });
  const files = [...new Set([...published.ports, ...published.unchecked].map(({ file }) => file))];
  const order = new Map(files.map((file, index) => [file, index]));
  const placeOf = ({ file, line }: FilePlace): number => (order.get(file) ?? 0) * 2 ** 32 + line;
  const rankOf = ({ severity }: PublishedFinding): number => SEVERITIES.indexOf(severity);
  const all = [...findings, ...published.unchecked.map(uncheckedFinding)];
  return all.sort((a, b) => placeOf(a) - placeOf(b) || rankOf(a) - rankOf(b));
}

function finding(
  port: PublishedPort,
  kind: FindingKind,
  severity: Severity,
  texts: Pick<PublishedFinding, 'detail' | 'source'>,
  other: PublishedPort | null = null,
): PublishedFinding {
  const { file, line, name } = port;
  return { file, line, kind, severity, name, port, ...texts, other };
}

function overlapFinding(port: PublishedPort, other: PublishedPort): PublishedFinding {
  const { file, line, name, protocol, address } = other;
  const source = `${file}:${line}`;
  const on = address === null ? '' : ` on ${address}`;
  const detail = `${name} publishes ${formatSpan(other)}/${protocol}${on} too (${source}).`;
  return finding(port, 'published', 'avoid', { detail, source }, other);
}

function uncheckedFinding(part: UncheckedPart): PublishedFinding {
  const { file, line, name, detail } = part;
  return { file, line, kind: 'unchecked', severity: 'caution', name, port: null, detail, source: file, other: null };
}

/** Finds the conflicts of a port as if it were an own entry, except those with entries of the same service. */
function registryFindings(port: PublishedPort, { claims, uses }: IndexedFacts, owner: FileOwner): PublishedFinding[] {
  const { name, otherNames, protocol, firstPort, lastPort } = port;
  const names = namesOf(port);
  const stored = usesOf(port, uses).filter((use) => use.origin === 'own' && !isSameService(use, names));
  const after = { id: null, name, otherNames, protocols: [protocol], firstPort, lastPort, ...owner };
  const change = { before: null, after: { ...after, status: 'active' } } as const;
  const [warnings = []] = findWarnings([change], stored as readonly StoredEntry[], claims);
  return warnings
    .filter(({ code }) => code !== 'nodeport' || port.setting !== 'nodePort')
    .map(({ code, severity, detail, source }) => finding(port, code, severity, { detail, source }));
}

/**
 * Finds the informal uses of a port by other software, except those of wide ranges, in one finding. Of software on a port that it
 * is known to use, the finding is only information.
 */
function informalUses(port: PublishedPort, { uses }: IndexedFacts): PublishedFinding[] {
  const names = namesOf(port);
  const known = usesOf(port, uses)
    .filter((use) => use.origin === 'informal' && use.protocols.includes(port.protocol))
    .filter((use) => spanWidth(use) < WIDEST_EXPANDED_RANGE);
  const found = known.filter((use) => !isSameSoftware(use, names)).sort(compareAssociations);
  if (found.length === 0) return [];
  const named = [...new Set(found.map(({ name }) => name))];
  const titles = found.flatMap(({ sources }) => sources[0]?.title ?? []).slice(0, MOST_NAMED);
  const isOnlyInfo = found.length < known.length || found.every(({ confidence }) => confidence === 'disputed');
  const verb = named.length === 1 ? 'uses' : 'use';
  const detail = `${enumerateSome(named, MOST_NAMED)} ${verb} ${formatSpan(port)}/${port.protocol} without an assignment.`;
  const source = [...new Set(titles)].join('; ');
  return [finding(port, 'informal_use', isOnlyInfo ? 'info' : 'caution', { detail, source })];
}

/** Returns the uses of the ports, each once. */
function usesOf({ firstPort, lastPort }: PublishedPort, uses: IndexedFacts['uses']): Association[] {
  const found = new Map<string, Association>();
  for (let number = firstPort; number <= lastPort; number++) {
    for (const use of uses.get(number) ?? []) found.set(use.id, use);
  }
  return [...found.values()];
}

function namesOf({ name, otherNames }: PublishedPort): ReadonlySet<string> {
  return new Set([name, ...otherNames].map(foldName));
}

function isSameService({ name, otherNames }: Association, names: ReadonlySet<string>): boolean {
  return [name, ...otherNames].some((one) => names.has(foldName(one)));
}

/** The shortest name that a longer one may contain: `redis` is in "Redis Sentinel". */
const SHORTEST_PART = 4;

function isSameSoftware(use: Association, names: ReadonlySet<string>): boolean {
  if (isSameService(use, names)) return true;
  const folded = foldName(`${use.name} ${use.usedBy ?? ''}`);
  return [...names].some((name) => name.length >= SHORTEST_PART && folded.includes(name));
}
