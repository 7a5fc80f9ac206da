import { hash } from 'node:crypto';
import { ByteTemplate, type ByteText, encode } from '../byte-text.ts';
import type { SharedReport } from '../registry/report/port-report.ts';
import type { CheckCommand } from '../registry/rows/check-command.ts';

/** From the first byte to the end: as many as there are different reports. */
const reports = new WeakMap<SharedReport, ByteTemplate>();

/** What stands before the checks, by the states: reports that differ in the registry's date alone have the same ones. */
const fronts = new WeakMap<SharedReport['states'], ByteTemplate>();

/** The checks: two thirds of a report, and the same for nearly all. */
const checks = new WeakMap<readonly CheckCommand[], ByteTemplate>();

/** What stands behind the checks. */
const ends = new WeakMap<SharedReport['registry'], ByteTemplate>();

/** What tells each template from any other. */
const digests = new WeakMap<ByteTemplate, string>();

/**
 * Writes a port report in JSON, as `JSON.stringify` would, but for its number, which fills the gaps. Ports that share a
 * report share the text, and all of them share its larger parts.
 *
 * @param shared - A report without its number.
 */
export function portTemplate(shared: SharedReport): ByteTemplate {
  return keptIn(reports, shared, () =>
    keptIn(fronts, shared.states, () => writeFront(shared))
      .followedBy(keptIn(checks, shared.checkCommands, writeChecks))
      .followedBy(keptIn(ends, shared.registry, writeEnd)),
  );
}

/**
 * Writes a port report in JSON.
 *
 * @param number - A port number, 0-65535.
 * @param template - The report without it.
 */
export function portJson(number: number, template: ByteTemplate): ByteText {
  return template.fill(String(number) as ByteText);
}

/**
 * Makes the ETag of a port report in JSON. Neither the template nor the number can change without the report, and to hash
 * the report of each port anew would take as long as to send it. It is weak: such a report may be sent in several codings.
 *
 * @param number - A port number, 0-65535.
 * @param template - The report without it.
 * @see RFC 9110, section 8.8.3
 */
export function portTag(number: number, template: ByteTemplate): string {
  return `W/"${keptIn(digests, template, ({ identity }) => hash('sha1', identity, 'base64url'))}.${number}"`;
}

function keptIn<Key extends WeakKey, Value>(kept: WeakMap<Key, Value>, key: Key, write: (key: Key) => Value): Value {
  const found = kept.get(key);
  if (found !== undefined) return found;
  const written = write(key);
  kept.set(key, written);
  return written;
}

function writeFront(shared: SharedReport): ByteTemplate {
  const { range, summaryEnd, states, assignments, associations, ephemeralRanges, blockedByBrowsers } = shared;
  const afterNumber = `,"range":${JSON.stringify(range)},"summary":"Port `;
  const rows = JSON.stringify({ states, assignments, associations, ephemeralRanges, blockedByBrowsers });
  const fromSummary = `${JSON.stringify(summaryEnd).slice(1)},${rows.slice(1, -1)}`;
  return new ByteTemplate(['{"number":', afterNumber, fromSummary].map(encode), [0, 0]);
}

function writeChecks(commands: readonly CheckCommand[]): ByteTemplate {
  const rows = commands.map(({ system, tool, command, needsRoot }) => ({ system, tool, command, needsRoot }));
  const pieces = `,"checks":${JSON.stringify(rows)}`.split('{port}');
  return new ByteTemplate(
    pieces.map(encode),
    pieces.slice(1).map(() => 0),
  );
}

function writeEnd(registry: SharedReport['registry']): ByteTemplate {
  return new ByteTemplate([encode(`,"registry":${JSON.stringify(registry)}}`)], []);
}
