import type { OfficialRow, PortView } from './advice-facts.ts';
import type { AdviceQuestion } from './advice-question.ts';
import { type AssignmentState, isRange } from './assignment.ts';
import { formatSpan } from './port-range.ts';
import { askedProtocols, type Finding, type Rule } from './suitability-rule.ts';
import { speaksOf, TRANSPORT_PROTOCOLS, type TransportProtocol } from './transport-protocol.ts';
import { enumerate, shorten } from './wording.ts';

/** How long a port stays suspicious after IANA took its assignment back, in years: old programs live on. */
const YEARS_OF_DOUBT = 5;

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
        detail: () => `IANA holds it back${on(said)}: ${quoted(said)}.`,
        source: iana(view),
      })),
  },
  {
    code: 'deregistered',
    reads: 'assignments',
    find: (view, question) =>
      inState(view, 'deregistered', askedProtocols(question)).map((said) => {
        const date = said.row.modificationDate ?? said.row.registrationDate;
        return {
          severity: date !== null && isRecent(date, view.registryDate) ? 'caution' : 'info',
          detail: () =>
            `IANA took an assignment back${on(said)}${date === null ? '' : `, ${date}`}: ${quoted(said)}. Old programs may still use it.`,
          source: iana(view),
        };
      }),
  },
  {
    code: 'informal_use',
    reads: 'assignments',
    find: (view, question) =>
      view.reported
        .filter(({ protocol }) => speaksOf(protocol === null ? [] : [protocol], question.protocol))
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

/** A row and the protocols for which it counts. */
interface Said {
  readonly row: OfficialRow;
  readonly protocols: readonly TransportProtocol[];
}

/** Most ports are in none of the states: for the chart the rules are asked some 100,000 times. */
const NOTHING: readonly Said[] = [];

/** The rows that put a port into a state, those of one name together. */
function inState(view: PortView, state: AssignmentState, protocols: readonly TransportProtocol[]): readonly Said[] {
  let said = NOTHING;
  for (const protocol of protocols) {
    const rows = view.official[protocol];
    if (rows.some((row) => row.state === state)) {
      said = [...said, ...rows.filter((row) => row.state === state).map((row) => ({ row, protocols: [protocol] }))];
    }
  }
  if (said.length < 2) return said;
  const byName = Map.groupBy(said, ({ row }) => row.serviceName ?? `"${row.description ?? ''}"`);
  return [...byName.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ row: first.row, protocols: [first, ...rest].flatMap((one) => one.protocols) }],
  );
}

const OTHERS: ReadonlyMap<TransportProtocol | null, readonly TransportProtocol[]> = new Map(
  TRANSPORT_PROTOCOLS.map((protocol) => [protocol, TRANSPORT_PROTOCOLS.filter((other) => other !== protocol)]),
);

/** What is assigned on the protocols that are not asked about, but for names that stand on the one that is. */
function elsewhere(view: PortView, { protocol }: AdviceQuestion): Said[] {
  if (protocol === null) return [];
  const here = view.official[protocol];
  return inState(view, 'assigned', OTHERS.get(protocol) ?? []).filter(
    ({ row }) => !here.some(({ serviceName }) => serviceName === row.serviceName),
  );
}

/**
 * Tells whether IANA took an assignment back in the five years before the registry's date.
 *
 * @param date - `YYYY-MM-DD` or `YYYY-MM`.
 * @param registryDate - `YYYY-MM-DD`.
 */
function isRecent(date: string, registryDate: string): boolean {
  const year = Number(registryDate.slice(0, 4)) - YEARS_OF_DOUBT;
  const earliest = `${year}${registryDate.slice(4)}`;
  return date >= earliest.slice(0, date.length);
}

/**
 * Says what IANA has assigned the port to, for a sentence.
 *
 * @param said - The row.
 * @example 'to x11 (X Window System) on tcp and udp, as a part of 6000-6063'
 */
function to(said: Said): string {
  return said.row.serviceName === null ? `without a name${on(said)}: ${quoted(said)}` : `to ${named(said)}`;
}

function named(said: Said): string {
  const { serviceName, description } = said.row;
  if (serviceName === null) return `${quoted(said)}${on(said)}`;
  const tells = description !== null && description.toLowerCase() !== serviceName.toLowerCase();
  return `${serviceName}${tells ? ` (${shorten(description)})` : ''}${on(said)}`;
}

function on({ row, protocols }: Said): string {
  return ` on ${enumerate(protocols)}${isRange(row) ? `, as a part of ${formatSpan(row)}` : ''}`;
}

function quoted({ row }: Said): string {
  return `"${shorten(row.description ?? '')}"`;
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
 * Names what IANA has assigned a port to, for a sentence on a port beside it.
 *
 * @param view - The port.
 * @param question - The question; only its protocols count.
 * @returns The best row of each name.
 */
export function assignedRows(view: PortView, question: AdviceQuestion): OfficialRow[] {
  return inState(view, 'assigned', askedProtocols(question)).map(({ row }) => row);
}
