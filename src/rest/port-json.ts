import { ByteTemplate, type ByteText, encode } from '../registry/byte-text.ts';
import type { CheckCommand } from '../registry/check-command.ts';
import type { SharedReport } from '../registry/port-report.ts';

/** From the first byte to the checks: once for the ports that share a report. */
const fronts = new WeakMap<SharedReport, ByteTemplate>();

/** The checks: two thirds of a report, and the same for nearly all. */
const checks = new WeakMap<readonly CheckCommand[], ByteTemplate>();

/** What stands behind the checks. */
const ends = new WeakMap<SharedReport['registry'], ByteText>();

/**
 * Writes a port report in JSON, as `JSON.stringify` would, by templates that ports share. Their gaps are filled by the
 * number.
 *
 * @param number - A port number, 0-65535.
 * @param shared - All of its report but the number.
 */
export function portJson(number: number, shared: SharedReport): ByteText {
  const front = keptIn(fronts, shared, writeFront);
  const behind = keptIn(checks, shared.checkCommands, writeChecks);
  const end = keptIn(ends, shared.registry, writeEnd);
  const digits = String(number) as ByteText;
  return (front.fill(digits) + behind.fill(digits) + end) as ByteText;
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
  return new ByteTemplate(['{"number":', afterNumber, fromSummary], [0, 0]);
}

function writeChecks(commands: readonly CheckCommand[]): ByteTemplate {
  const rows = commands.map(({ system, tool, command, needsRoot }) => ({ system, tool, command, needsRoot }));
  const pieces = `,"checks":${JSON.stringify(rows)}`.split('{port}');
  return new ByteTemplate(
    pieces,
    pieces.slice(1).map(() => 0),
  );
}

function writeEnd(registry: SharedReport['registry']): ByteText {
  return encode(`,"registry":${JSON.stringify(registry)}}`);
}
