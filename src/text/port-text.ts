import { type Assignment, assignmentSpan } from '../registry/assignment.ts';
import type { Association } from '../registry/association.ts';
import type { EphemeralRange } from '../registry/ephemeral-range.ts';
import { formatSpan, type PortRange } from '../registry/port-range.ts';
import type { PortReport } from '../registry/port-report.ts';
import type { RegistryInfo, Service } from '../registry/registry.ts';
import type { TransportProtocol } from '../registry/transport-protocol.ts';
import { alignColumns, type Row, wrap } from './columns.ts';

/**
 * Writes a port report for a terminal and for grep: a headline, one line a row, then the states, the ephemeral
 * ranges, the commands and the registry's date, each line beginning with its word.
 *
 * @param report - The report.
 * @param protocol - The protocol that was asked for, or null.
 * @returns Lines that each end in a line feed.
 * @example '60257  dynamic  no official assignment'
 */
export function portText(report: PortReport, protocol: TransportProtocol | null): string {
  const names = [...new Set(report.assignments.flatMap(({ serviceName }) => serviceName ?? []))];
  const states = Object.entries(report.states).map(([name, state]) => `${name} ${state}`);
  const systems = report.ephemeralRanges.map((span) => `${span.title} ${formatSpan(span)}`);
  const port = protocol === null ? `${report.number}` : `${report.number}/${protocol}`;
  return [
    wrap(`${port}  ${report.range.name}  `, names.length === 0 ? ['no official assignment'] : names),
    alignColumns(report.assignments.map(assignmentRow)),
    alignColumns(report.associations.map(associationRow)),
    wrap('states: ', states),
    wrap('ephemeral: ', systems),
    report.blockedByBrowsers ? 'blocked by browsers\n' : '',
    ...report.checks.map(({ system, command }) => `check ${system}: ${command}\n`),
    `registry: ${report.registry.date}\n`,
  ].join('');
}

/**
 * Writes the rows of a service name, one a line.
 *
 * @param service - The service.
 */
export function serviceText(service: Service): string {
  return alignColumns(service.assignments.map(assignmentRow)) + alignColumns(service.associations.map(associationRow));
}

/**
 * Writes the ranges of RFC 6335, one a line.
 *
 * @param ranges - The ranges.
 */
export function rangesText(ranges: readonly PortRange[]): string {
  return alignColumns(ranges.map((range) => [formatSpan(range), range.name, range.title, range.reference]));
}

/**
 * Writes the operating systems' ephemeral ranges, one a line.
 *
 * @param ranges - The ranges.
 */
export function ephemeralRangesText(ranges: readonly EphemeralRange[]): string {
  return alignColumns(
    ranges.map((range) => [
      formatSpan(range),
      range.title,
      `${range.version ?? ''}${range.current ? '' : ' (not current)'}`.trim(),
      range.howToRead ?? '',
    ]),
  );
}

/**
 * Writes what is loaded: the registry's date, then a line a list.
 *
 * @param info - What is loaded.
 */
export function registryText(info: RegistryInfo): string {
  const lists = info.origins.map(({ list, origin, date, rows, source }) => [
    list,
    origin,
    date,
    `${rows} rows`,
    source,
  ]);
  return `registry: ${info.date}\n${alignColumns(lists)}`;
}

function assignmentRow(row: Assignment): Row {
  const span = assignmentSpan(row);
  const state = row.state === 'recorded' ? 'recorded' : null;
  const alias = row.aliasOf === null ? null : `alias of ${row.aliasOf}`;
  const words = [state, alias, row.description].filter((text) => text !== null);
  return [
    span === null ? '-' : formatSpan(span),
    row.protocol ?? '-',
    row.serviceName ?? '-',
    'iana',
    words.join(': '),
  ];
}

function associationRow(row: Association): Row {
  const words = [row.confidence === 'documented' ? null : row.confidence, row.usedBy].filter((text) => text !== null);
  return [formatSpan(row), row.protocols.join(','), row.name, row.origin, words.join(': ')];
}
