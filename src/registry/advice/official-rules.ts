import { type AssignmentState, isRange } from '../rows/assignment.ts';
import { formatSpan } from '../values/port-range.ts';
import { appliesTo, TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate, shorten } from '../values/wording.ts';
import type { OfficialRow, PortView } from './advice-facts.ts';
import type { AdviceQuestion } from './advice-question.ts';
import { askedProtocols, type Finding, type Rule } from './suitability-rule.ts';

/** How long a port stays suspicious after IANA took its assignment back, in years: old programs live on. */
const RECENT_DEREGISTRATION_YEARS = 5;

/** What the official rows say of a port. */
export const OFFICIAL_RULES: readonly Rule[] = [
  {
    code: 'assigned',
    reads: 'assignments',
    find: (view, question) =>
      inState(view, 'assigned', askedProtocols(question)).map((said) => ({
        severity: 'avoid',
        detail: () => `IANA has assigned it ${to(said)}.`,
        source: iana(view),
      })),
  },
  {
    code: 'assigned_other_protocol',
    reads: 'assignments',
    find: (view, question) =>
      elsewhere(view, question).map((said) => ({
        severity: 'caution',
        detail: () => `IANA has assigned it ${to(said)}; whoever has one protocol may take the other one too.`,
        source: iana(view),
      })),
  },
  {
    code: 'recorded',
    reads: 'assignments',
    find: (view, question) =>
      inState(view, 'recorded', askedProtocols(question)).map((said) => ({
        severity: 'caution',
        detail: () => `IANA lists ${named(said)} without an assignment: it is an unassigned but widespread use.`,
        source: iana(view),
      })),
  },
  {
    code: 'reserved',
    reads: 'assignments',
    find: (view, question) =>
      inState(view, 'reserved', askedProtocols(question)).map((said) => ({
        severity: 'avoid',
        detail: () => `IANA holds it back${on(said)}: ${labelOf(said)}.`,
        source: iana(view),
      })),
  },
  {
    code: 'deregistered',
    reads: 'assignments',
    find: (view, question) =>
      inState(view, 'deregistered', askedProtocols(question)).map((said) => {
        const dates = said.rows.flatMap((row) => row.modificationDate ?? row.registrationDate ?? []).sort();
        return {
          severity: dates.some((date) => isRecent(date, view.registryDate)) ? 'caution' : 'info',
          detail: () =>
            `IANA took an assignment back${on(said)}${dates.length === 0 ? '' : `, ${dates.at(-1)}`}: ${labelOf(said)}. Old programs may still use it.`,
          source: iana(view),
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
            detail: () => `IANA has heard of a use without an assignment: "${shorten(row.unauthorizedUse ?? '')}".`,
            source: iana(view),
          }),
        ),
  },
];

/** Rows that say the same of a port, and the protocols for which they say it. */
interface Said {
  /** In the order of answers. They have one name, or else one description, and are all ranges or all of the exact port. */
  readonly rows: readonly [OfficialRow, ...OfficialRow[]];
  /** In the order of every answer. */
  readonly protocols: readonly TransportProtocol[];
}

/** Most ports are in none of the states: for the chart the rules are asked some 100,000 times. */
const NOTHING: readonly Said[] = [];

/** Finds the rows that put a port into a state, those that say the same together. */
function inState(view: PortView, state: AssignmentState, protocols: readonly TransportProtocol[]): readonly Said[] {
  let found: Map<string, { rows: [OfficialRow, ...OfficialRow[]]; protocols: TransportProtocol[] }> | undefined;
  for (const protocol of protocols) {
    for (const row of view.official[protocol]) {
      if (row.state !== state) continue;
      found ??= new Map();
      const key = `${isRange(row)} ${row.serviceName ?? `"${row.description}"`}`;
      const said = found.get(key);
      if (said === undefined) found.set(key, { rows: [row], protocols: [protocol] });
      else {
        if (!said.rows.includes(row)) said.rows.push(row);
        if (!said.protocols.includes(protocol)) said.protocols.push(protocol);
      }
    }
  }
  return found === undefined ? NOTHING : [...found.values()];
}

const OTHERS: ReadonlyMap<TransportProtocol | null, readonly TransportProtocol[]> = new Map(
  TRANSPORT_PROTOCOLS.map((protocol) => [protocol, TRANSPORT_PROTOCOLS.filter((other) => other !== protocol)]),
);

/** Finds what is assigned on the protocols that are not asked about, and does not stand on the one that is. */
function elsewhere(view: PortView, { protocol }: AdviceQuestion): Said[] {
  if (protocol === null) return [];
  const here = view.official[protocol];
  // The chart knows no descriptions: assignments without a name count as one.
  const isHere = ({ serviceName }: OfficialRow): boolean =>
    here.some((row) => row.serviceName === serviceName && (serviceName !== null || row.state === 'assigned'));
  return inState(view, 'assigned', OTHERS.get(protocol) ?? []).filter(({ rows }) => !rows.some(isHere));
}

/**
 * Tells whether IANA took an assignment back in the five years before the registry's date.
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
 * Says what IANA has assigned the port to, for a sentence.
 *
 * @param said - The rows.
 * @example 'to x11 (X Window System) on tcp and udp, as a part of 6000-6063'
 */
function to(said: Said): string {
  return said.rows[0].serviceName === null ? `without a name${on(said)}: ${labelOf(said)}` : `to ${named(said)}`;
}

function named(said: Said): string {
  const { serviceName, description } = said.rows[0];
  const tells = serviceName !== null && description !== null && description.toLowerCase() !== serviceName.toLowerCase();
  return `${labelOf(said)}${tells ? ` (${shorten(description)})` : ''}${on(said)}`;
}

function on({ rows, protocols }: Said): string {
  const spans = [...new Set(rows.filter(isRange).map(formatSpan))];
  return ` on ${enumerate(protocols)}${spans.length === 0 ? '' : `, as a part of ${enumerate(spans)}`}`;
}

/** The name that all of the rows have, or else their description in quotes. */
function labelOf({ rows: [{ serviceName, description }] }: Said): string {
  return serviceName ?? `"${shorten(description ?? '')}"`;
}

/**
 * Names the official registry as the source of a reason.
 *
 * @param view - Any port of it.
 */
export function iana({ registryDate }: Pick<PortView, 'registryDate'>): string {
  return `IANA registry of ${registryDate}`;
}

/**
 * Lists what IANA has assigned a port to, for a sentence on a port beside it.
 *
 * @param view - The port.
 * @param question - The question; only its protocols count.
 * @returns Each name once; a description in quotes where there is no name.
 */
export function assignedLabels(view: PortView, question: AdviceQuestion): string[] {
  return [...new Set(inState(view, 'assigned', askedProtocols(question)).map(labelOf))];
}
