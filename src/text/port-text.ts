import type { RegistryInfo } from '../registry/catalogue.ts';
import type { ObservedPort } from '../registry/observed/observed-port.ts';
import { headNames } from '../registry/report/best-name.ts';
import type { PortReport } from '../registry/report/port-report.ts';
import { rowsByOrigin } from '../registry/report/preferred-origins.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import { formatSpan, type PortRange } from '../registry/values/port-range.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { alignColumns, wrap } from './columns.ts';
import { rowsText } from './rows-text.ts';
import type { TextOptions } from './text-options.ts';

/**
 * Renders a port report for terminals and grep: a headline, one line for each row, then the states, the ephemeral
 * ranges, the commands, the other names and the registry's date. Each of the latter lines begins with a keyword.
 *
 * @param report - The report.
 * @param protocol - The protocol that was asked for, or null.
 * @param options - The options of the text.
 * @returns Lines that each end in a line feed.
 * @example '60257  dynamic  no official assignment'
 */
export function portText(report: PortReport, protocol: TransportProtocol | null, options: TextOptions): string {
  const { preferred, checks } = options;
  const names = headNames(report, preferred);
  const isAssigned = report.assignments.some(({ serviceName }) => serviceName !== null);
  const commands = report.checks.filter(({ system }) => checks === 'all' || checks === system);
  const states = Object.entries(report.states).map(([name, state]) => `${name} ${state}`);
  const otherNames = report.otherNames.map(({ name }) => name);
  const systems = report.ephemeralRanges.map((span) => `${span.title} ${formatSpan(span)}`);
  const port = protocol === null ? `${report.number}` : `${report.number}/${protocol}`;
  return [
    wrap(`${port}  ${report.range.name}  `, isAssigned ? names : [...names, 'no official assignment']),
    rowsText(rowsByOrigin(report, preferred), options),
    wrap('states: ', states),
    wrap('ephemeral: ', systems),
    report.blockedByBrowsers ? 'blocked by browsers\n' : '',
    ...commands.map(({ system, command }) => `check ${system}: ${command}\n`),
    wrap('other names: ', otherNames),
    report.observed === null ? '' : observedText(report.observed),
    `registry: ${report.registry.date}\n`,
  ].join('');
}

/** Renders the observed use: the number of hosts, the last time, and the processes. */
function observedText({ hosts, lastSeen, processes }: ObservedPort): string {
  if (lastSeen === null) return 'observed: never\n';
  const count = hosts === 1 ? '1 host' : `${hosts} hosts`;
  return wrap('observed: ', [`${count}, last seen ${lastSeen}`, ...processes]);
}

/**
 * Renders the ranges of RFC 6335, one in each line.
 *
 * @param ranges - The ranges.
 * @param options - The options of the text.
 */
export function rangesText(ranges: readonly PortRange[], { isWide }: TextOptions): string {
  return alignColumns(
    ranges.map((range) => [formatSpan(range), range.name, range.title, range.reference]),
    isWide,
  );
}

/**
 * Renders the operating systems' ephemeral ranges, one in each line.
 *
 * @param ranges - The ranges.
 * @param options - The options of the text.
 */
export function ephemeralRangesText(ranges: readonly EphemeralRange[], { isWide }: TextOptions): string {
  return alignColumns(
    ranges.map((range) => [formatSpan(range), range.title, range.current ? 'current' : 'old', range.version ?? '']),
    isWide,
  );
}

/**
 * Renders the loaded lists: the registry's date, then one line for each list.
 *
 * @param info - The loaded lists.
 * @param options - The options of the text.
 */
export function registryText(info: RegistryInfo, { isWide }: TextOptions): string {
  const lists = info.origins.map(({ list, origin, date, rows, source }) => [
    list,
    origin,
    date,
    `${rows} rows`,
    source,
  ]);
  const { update } = info;
  const age = update === null ? '' : `, last update ${update.result} ${update.triedAt}${update.stale ? ', stale' : ''}`;
  return `registry: ${info.date}${age}\n${alignColumns(lists, isWide)}`;
}
