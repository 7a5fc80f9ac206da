import { dueDay } from '../registry/own/own-report.ts';
import type { Association } from '../registry/rows/association.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import type { Steps } from '../registry/values/run-step.ts';
import { alignInSteps, type Row } from './columns.ts';
import { csvInSteps } from './csv-table.ts';

/**
 * Renders allowed ports as text, one entry in each line: ports, protocols, name, owner, environment, hosts, approval, day of
 * review, justification. As it is evidence, nothing is truncated.
 *
 * @param entries - The entries.
 */
export function allowedPortsText(entries: readonly Association[]): Steps<string> {
  return alignInSteps(entries, allowedRow, true);
}

function allowedRow(entry: Association): Row {
  return [
    formatSpan(entry),
    entry.protocols.join(','),
    entry.name,
    entry.owner ?? '-',
    entry.environment ?? '-',
    entry.hosts.join(',') || '-',
    entry.approvedAt === null ? 'not approved' : `approved ${entry.approvedAt.slice(0, 10)} ${entry.approvedBy}`,
    entry.reviewBy ?? '-',
    entry.justification ?? '',
  ];
}

/**
 * Renders allowed ports as CSV; protocols and hosts are separated by blanks.
 *
 * @param entries - The entries.
 */
export function allowedPortsCsv(entries: readonly Association[]): Steps<string> {
  const columns = [
    'ports',
    'protocols',
    'service',
    'owner',
    'environment',
    'hosts',
    'justification',
    'approvedBy',
    'approvedAt',
    'reviewBy',
  ];
  return csvInSteps(columns, entries, reportCells);
}

/**
 * Renders due entries as text, one in each line: the due day, ports, protocols, name, owner, contact. Nothing is truncated.
 *
 * @param entries - The entries.
 */
export function dueText(entries: readonly Association[]): Steps<string> {
  return alignInSteps(entries, dueRow, true);
}

function dueRow(entry: Association): Row {
  const { protocols, name, owner, contact } = entry;
  return [dueDay(entry) ?? '-', formatSpan(entry), protocols.join(','), name, owner ?? '-', contact ?? ''];
}

/**
 * Renders due entries as CSV; protocols are separated by blanks.
 *
 * @param entries - The entries.
 */
export function dueCsv(entries: readonly Association[]): Steps<string> {
  const columns = [
    'due',
    'ports',
    'protocols',
    'service',
    'owner',
    'contact',
    'environment',
    'status',
    'reviewBy',
    'expiresAt',
  ];
  return csvInSteps(columns, entries, reportCells);
}

function reportCells(entry: Association) {
  const { name, protocols, hosts, owner, contact, environment, justification } = entry;
  const { approvedBy, approvedAt, reviewBy, expiresAt, status } = entry;
  return {
    ...{ due: dueDay(entry), ports: formatSpan(entry), protocols: protocols.join(' '), service: name },
    ...{ owner, contact, environment, hosts: hosts.join(' '), justification },
    ...{ approvedBy, approvedAt, reviewBy, expiresAt, status },
  };
}
