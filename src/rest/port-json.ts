import { hash } from 'node:crypto';
import { ByteTemplate, type ByteText, encode } from '../byte-text.ts';
import type { SharedReport } from '../registry/report/port-report.ts';
import type { CheckCommand } from '../registry/rows/check-command.ts';

/**
 * The templates of whole reports. A template is cached when it is used for the second time: a batch of all ports uses most
 * of them once, and together they take 25 MB.
 */
const reports = new WeakMap<SharedReport, ByteTemplate>();

/** The parts before the checks, by states: reports that differ only in the registry's date share them. */
const fronts = new WeakMap<SharedReport['states'], ByteTemplate>();

/** The states of the reports whose templates were used at least once. */
const usedOnce = new WeakSet<SharedReport['states']>();

/** The checks: two thirds of a report's bytes, and shared by nearly all reports. */
const checks = new WeakMap<readonly CheckCommand[], ByteTemplate>();

/** The parts after the checks. */
const ends = new WeakMap<SharedReport['registry'], ByteTemplate>();

/** A hash of each template, for ETags. */
const digests = new WeakMap<ByteTemplate, string>();

/**
 * Returns the JSON of a port report with gaps for the number; filled, it equals that of `JSON.stringify`. Ports that
 * share a report share the template, and all templates share their larger parts.
 *
 * @param shared - A report without the number.
 */
export function portTemplate(shared: SharedReport): ByteTemplate {
  if (usedOnce.has(shared.states))
    return cached(reports, shared, () =>
      wholeTemplate(
        shared,
        cached(fronts, shared.states, () => frontTemplate(shared)),
      ),
    );
  usedOnce.add(shared.states);
  return wholeTemplate(shared, frontTemplate(shared));
}

function wholeTemplate({ checkCommands, registry }: SharedReport, front: ByteTemplate): ByteTemplate {
  return front
    .followedBy(cached(checks, checkCommands, checksTemplate))
    .followedBy(cached(ends, registry, endTemplate));
}

/**
 * Renders a port report as JSON.
 *
 * @param number - A port number, 0-65535.
 * @param template - The report without the number.
 */
export function portJson(number: number, template: ByteTemplate): ByteText {
  return template.fill(String(number) as ByteText);
}

/**
 * Returns the ETag of a port report in JSON: the hash of the template and the number. They determine the report, and
 * hashing the report of each port would take as long as sending it. The ETag is weak, as a report is sent in several
 * content codings.
 *
 * @param number - A port number, 0-65535.
 * @param template - The report without the number.
 * @see RFC 9110, section 8.8.3
 */
export function portTag(number: number, template: ByteTemplate): string {
  return `W/"${cached(digests, template, ({ identity }) => hash('sha1', identity, 'base64url'))}.${number}"`;
}

function cached<Key extends WeakKey, Value>(cache: WeakMap<Key, Value>, key: Key, create: (key: Key) => Value): Value {
  const found = cache.get(key);
  if (found !== undefined) return found;
  const created = create(key);
  cache.set(key, created);
  return created;
}

function frontTemplate(shared: SharedReport): ByteTemplate {
  const { range, summaryEnd, states, assignments, associations, otherNames } = shared;
  const { ephemeralRanges, blockedByBrowsers } = shared;
  const afterNumber = `,"range":${JSON.stringify(range)},"summary":"Port `;
  const named = { states, assignments, associations, otherNames };
  const rows = JSON.stringify({ ...named, ephemeralRanges, blockedByBrowsers });
  const fromSummary = `${JSON.stringify(summaryEnd).slice(1)},${rows.slice(1, -1)}`;
  return new ByteTemplate(['{"number":', afterNumber, fromSummary].map(encode), [0, 0]);
}

function checksTemplate(commands: readonly CheckCommand[]): ByteTemplate {
  const rows = commands.map(({ system, tool, command, needsRoot }) => ({ system, tool, command, needsRoot }));
  const pieces = `,"checks":${JSON.stringify(rows)}`.split('{port}');
  return new ByteTemplate(
    pieces.map(encode),
    pieces.slice(1).map(() => 0),
  );
}

function endTemplate(registry: SharedReport['registry']): ByteTemplate {
  return new ByteTemplate([encode(`,"registry":${JSON.stringify(registry)},"observed":null}`)], []);
}
