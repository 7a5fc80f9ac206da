import type { RegistryInfo } from '../registry/catalogue.ts';
import type { PortReport } from '../registry/report/port-report.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import { formatSpan, type PortRange } from '../registry/values/port-range.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { alignColumns, wrap } from './columns.ts';
import { assignmentsText, associationsText } from './rows-text.ts';

/**
 * Renders a port report for terminals and grep: a headline, one line for each row, then the states, the ephemeral
 * ranges, the commands, the other names and the registry's date. Each of the latter lines begins with a keyword.
 *
 * @param report - The report.
 * @param protocol - The protocol that was asked for, or null.
 * @returns Lines that each end in a line feed.
 * @example '60257  dynamic  no official assignment'
 */
export function portText(report: PortReport, protocol: TransportProtocol | null): string {
  const names = [...new Set(report.assignments.flatMap(({ serviceName }) => serviceName ?? []))];
  const states = Object.entries(report.states).map(([name, state]) => `${name} ${state}`);
  const otherNames = report.otherNames.map(({ name }) => name);
  const systems = report.ephemeralRanges.map((span) => `${span.title} ${formatSpan(span)}`);
  const port = protocol === null ? `${report.number}` : `${report.number}/${protocol}`;
  return [
    wrap(`${port}  ${report.range.name}  `, names.length === 0 ? ['no official assignment'] : names),
    assignmentsText(report.assignments),
    associationsText(report.associations),
    wrap('states: ', states),
    wrap('ephemeral: ', systems),
    report.blockedByBrowsers ? 'blocked by browsers\n' : '',
    ...report.checks.map(({ system, command }) => `check ${system}: ${command}\n`),
    wrap('other names: ', otherNames),
    `registry: ${report.registry.date}\n`,
  ].join('');
}

/**
 * Renders the ranges of RFC 6335, one in each line.
 *
 * @param ranges - The ranges.
 */
export function rangesText(ranges: readonly PortRange[]): string {
  return alignColumns(ranges.map((range) => [formatSpan(range), range.name, range.title, range.reference]));
}

/**
 * Renders the operating systems' ephemeral ranges, one in each line.
 *
 * @param ranges - The ranges.
 */
export function ephemeralRangesText(ranges: readonly EphemeralRange[]): string {
  return alignColumns(
    ranges.map((range) => [formatSpan(range), range.title, range.current ? 'current' : 'old', range.version ?? '']),
  );
}

/**
 * Renders the loaded lists: the registry's date, then one line for each list.
 *
 * @param info - The loaded lists.
 */
export function registryText(info: RegistryInfo): string {
  const lists = info.origins.map(({ list, origin, date, rows, source }) => [
    list,
    origin,
    date,
    `${rows} rows`,
    source,
  ]);
  const { update } = info;
  const age = update === null ? '' : `, last update ${update.result} ${update.triedAt}${update.stale ? ', stale' : ''}`;
  return `registry: ${info.date}${age}\n${alignColumns(lists)}`;
}
