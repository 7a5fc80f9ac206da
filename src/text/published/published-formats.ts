import type { Severity } from '../../registry/advice/suitability-rule.ts';
import type { PublishedFinding } from '../../registry/published/check-published.ts';
import type { PublishedPort } from '../../registry/published/published-port.ts';
import { formatSpan } from '../../registry/values/port-range.ts';

/** The result of a check of files. */
export interface PublishedCheck {
  /** The files, as the user named them, and those that they include. */
  readonly files: readonly string[];
  readonly ports: readonly PublishedPort[];
  readonly findings: readonly PublishedFinding[];
}

/** The formats of a check of files. */
export const PUBLISHED_FORMATS = ['text', 'json', 'github'] as const;
export type PublishedFormat = (typeof PUBLISHED_FORMATS)[number];

/**
 * Renders the result of a check.
 *
 * @param format - The format: lines of text, one object of JSON, or workflow commands of GitHub Actions.
 * @param check - The result.
 */
export function renderPublished(format: PublishedFormat, check: PublishedCheck): string {
  if (format === 'json') return `${JSON.stringify(toJson(check))}\n`;
  const line = format === 'github' ? githubCommand : textLine;
  return `${check.findings.map((finding) => `${line(finding)}\n`).join('')}${summaryOf(check)}\n`;
}

function textLine({ file, line, severity, kind, name, port, detail }: PublishedFinding): string {
  const place = port === null ? '' : ` ${placeOf(port)}`;
  return oneLine(`${file}:${line}: ${severity} ${kind}${place} ${name}: ${detail}`);
}

const COMMANDS: Readonly<Record<Severity, string>> = { avoid: 'error', caution: 'warning', info: 'notice' };

/** @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
function githubCommand({ file, line, severity, kind, name, port, detail }: PublishedFinding): string {
  const title = `${port === null ? '' : `${placeOf(port)} `}${name}: ${kind}`;
  const properties = [`file=${escapeProperty(file)}`, `line=${line}`, `title=${escapeProperty(title)}`];
  return `::${COMMANDS[severity]} ${properties.join(',')}::${escapeData(detail)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Joins the lines of a text: a line must not begin with a command of GitHub Actions, which reads all output. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function placeOf(port: PublishedPort): string {
  return `${formatSpan(port)}/${port.protocol}`;
}

function summaryOf({ files, ports, findings }: PublishedCheck): string {
  const conflicts = findings.filter(({ severity }) => severity === 'avoid').length;
  const notes = findings.length - conflicts;
  const counts = [count(files.length, 'file'), count(ports.length, 'published port')].join(', ');
  return `${counts}: ${count(conflicts, 'conflict')}, ${count(notes, 'note')}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function toJson({ files, ports, findings }: PublishedCheck): object {
  return {
    files,
    ports: ports.map(toJsonPort),
    count: findings.length,
    results: findings.map(({ file, line, kind, severity, name, port, detail, source, other }) => ({
      ...{ file, line, kind, severity, name },
      firstPort: port?.firstPort ?? null,
      lastPort: port?.lastPort ?? null,
      protocol: port?.protocol ?? null,
      ...{ detail, source },
      other: other === null ? null : { file: other.file, line: other.line, name: other.name },
    })),
  };
}

function toJsonPort({ file, line, setting, name, otherNames, firstPort, lastPort, protocol, address }: PublishedPort) {
  return { file, line, setting, name, otherNames, firstPort, lastPort, protocol, address };
}
