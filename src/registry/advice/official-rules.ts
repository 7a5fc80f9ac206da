import { type AssignmentState, isRange } from '../rows/assignment.ts';
import { formatSpan } from '../values/port-range.ts';
import { appliesTo, TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate, shortenDescription } from '../values/wording.ts';
import type { OfficialRow, PortView } from './advice-facts.ts';
import type { AdviceQuestion } from './advice-question.ts';
import { askedProtocols, type Finding, type Rule, WEIGHTS } from './suitability-rule.ts';

/** The time during which a deregistered port may still be in use by old programs, in years. */
const RECENT_DEREGISTRATION_YEARS = 5;

/** The rules on official rows. */
export const OFFICIAL_RULES: readonly Rule[] = [
  {
    code: 'assigned',
    reads: 'assignments',
    find: (view, question) =>
      groupsInState(view, 'assigned', askedProtocols(question)).map((group) => ({
        severity: 'avoid',
        detail: () => `IANA has assigned it ${describeAssignment(group)}.`,
        source: iana(view),
      })),
  },
  {
    code: 'assigned_other_protocol',
    reads: 'assignments',
    find: (view, question) =>
      elsewhere(view, question).map((group) => ({
        severity: 'caution',
        detail: () =>
          `IANA has assigned it ${describeAssignment(group)}; the assignee may take the other protocol too.`,
        source: iana(view),
      })),
  },
  {
    code: 'recorded',
    reads: 'assignments',
    find: (view, question) =>
      groupsInState(view, 'recorded', askedProtocols(question)).map((group) => ({
        severity: 'caution',
        detail: () =>
          `IANA lists ${describeService(group)} without an assignment: it is an unassigned but widespread use.`,
        source: iana(view),
      })),
  },
  {
    code: 'reserved',
    reads: 'assignments',
    find: (view, question) =>
      groupsInState(view, 'reserved', askedProtocols(question)).map((group) => ({
        severity: 'avoid',
        detail: () => {
          const label = labelOf(group);
          return `IANA has reserved it${describePlace(group)}${label === '"Reserved"' ? '' : `: ${label}`}.`;
        },
        source: iana(view),
      })),
  },
  {
    code: 'deregistered',
    reads: 'assignments',
    find: (view, question) =>
      groupsInState(view, 'deregistered', askedProtocols(question)).map((group, index) => {
        const dates = group.rows.flatMap((row) => row.modificationDate ?? row.registrationDate ?? []).sort();
        return {
          severity: dates.some((date) => isRecent(date, view.registryDate)) ? 'caution' : 'info',
          detail: () =>
            `IANA deregistered an assignment${describePlace(group)}${dates.length === 0 ? '' : `, ${dates.at(-1)}`}: ${labelOf(group)}. Old programs may still use it.`,
          source: iana(view),
          weight: index === 0 ? WEIGHTS.deregistered : 0,
        };
      }),
  },
  {
    code: 'informal_use',
    reads: 'assignments',
    find: (view, question) =>
      view.reported
        .filter(({ protocol }) => appliesTo(protocol === null ? [] : [protocol], question.protocol))
        .filter((row, index, rows) => rows.findIndex((one) => one.unauthorizedUse === row.unauthorizedUse) === index)
        .map(
          (row): Finding => ({
            severity: 'caution',
            detail: () => `IANA lists a known unauthorized use: "${shortenDescription(row.unauthorizedUse ?? '')}".`,
            source: iana(view),
          }),
        ),
  },
];

/** Rows of a port with the same state and the same name, and the protocols that they apply to. */
interface StateGroup {
  /** In the order of answers. They share a name, or else a description; all are ranges, or all are of the exact port. */
  readonly rows: readonly [OfficialRow, ...OfficialRow[]];
  /** In the order of all answers. */
  readonly protocols: readonly TransportProtocol[];
}

/** One empty list for all calls: most ports have no such rows, and the masks need some 100,000 calls. */
const NO_GROUPS: readonly StateGroup[] = [];

/** Groups the rows that put a port into a state by name, or by description for rows without a name. */
function groupsInState(
  view: PortView,
  state: AssignmentState,
  protocols: readonly TransportProtocol[],
): readonly StateGroup[] {
  let found: Map<string, { rows: [OfficialRow, ...OfficialRow[]]; protocols: TransportProtocol[] }> | undefined;
  for (const protocol of protocols) {
    for (const row of view.official[protocol]) {
      if (row.state !== state) continue;
      found ??= new Map();
      const key = `${isRange(row)} ${row.serviceName ?? `"${row.description}"`}`;
      const group = found.get(key);
      if (group === undefined) found.set(key, { rows: [row], protocols: [protocol] });
      else {
        if (!group.rows.includes(row)) group.rows.push(row);
        if (!group.protocols.includes(protocol)) group.protocols.push(protocol);
      }
    }
  }
  return found === undefined ? NO_GROUPS : [...found.values()];
}

const OTHERS: ReadonlyMap<TransportProtocol | null, readonly TransportProtocol[]> = new Map(
  TRANSPORT_PROTOCOLS.map((protocol) => [protocol, TRANSPORT_PROTOCOLS.filter((other) => other !== protocol)]),
);

/** Finds what is assigned on other protocols, but not on the protocol asked for. */
function elsewhere(view: PortView, { protocol }: AdviceQuestion): StateGroup[] {
  if (protocol === null) return [];
  const here = view.official[protocol];
  // The masks are computed without descriptions: assignments without a name count as the same.
  const isHere = ({ serviceName }: OfficialRow): boolean =>
    here.some((row) => row.serviceName === serviceName && (serviceName !== null || row.state === 'assigned'));
  return groupsInState(view, 'assigned', OTHERS.get(protocol) ?? []).filter(({ rows }) => !rows.some(isHere));
}

/**
 * Returns whether a date is in the five years before the registry's date.
 *
 * @param date - `YYYY-MM-DD` or `YYYY-MM`.
 * @param registryDate - `YYYY-MM-DD`.
 */
function isRecent(date: string, registryDate: string): boolean {
  const year = Number(registryDate.slice(0, 4)) - RECENT_DEREGISTRATION_YEARS;
  const earliest = `${year}${registryDate.slice(4)}`;
  return date >= earliest.slice(0, date.length);
}

/**
 * Describes an assignment, for a sentence.
 *
 * @param group - The rows of the assignment.
 * @example 'to x11 (X Window System) on tcp and udp, as a part of 6000-6063'
 */
function describeAssignment(group: StateGroup): string {
  return group.rows[0].serviceName === null
    ? `without a name${describePlace(group)}: ${labelOf(group)}`
    : `to ${describeService(group)}`;
}

function describeService(group: StateGroup): string {
  const { serviceName, description } = group.rows[0];
  const addsDescription =
    serviceName !== null && description !== null && description.toLowerCase() !== serviceName.toLowerCase();
  return `${labelOf(group)}${addsDescription ? ` (${shortenDescription(description)})` : ''}${describePlace(group)}`;
}

function describePlace({ rows, protocols }: StateGroup): string {
  const spans = [...new Set(rows.filter(isRange).map(formatSpan))];
  return ` on ${enumerate(protocols)}${spans.length === 0 ? '' : `, as a part of ${enumerate(spans)}`}`;
}

/** Returns the name that all rows share, or else their description in quotes. */
function labelOf({ rows: [{ serviceName, description }] }: StateGroup): string {
  return serviceName ?? `"${shortenDescription(description ?? '')}"`;
}

/**
 * Returns the official registry's title, as the source of a reason.
 *
 * @param view - The facts of any port.
 */
export function iana({ registryDate }: Pick<PortView, 'registryDate'>): string {
  return `IANA registry of ${registryDate}`;
}

/**
 * Lists the names that are assigned on a port, for a sentence on an adjacent port.
 *
 * @param view - The facts of the port.
 * @param question - The query; only its protocol counts.
 * @returns Each name once; a description in quotes where there is no name.
 */
export function assignedLabels(view: PortView, question: AdviceQuestion): string[] {
  return [...new Set(groupsInState(view, 'assigned', askedProtocols(question)).map(labelOf))];
}
