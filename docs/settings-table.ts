import { readFileSync, writeFileSync } from 'node:fs';
import { SETTINGS, type Setting } from '../src/config/settings.ts';

const PAGE = new URL('configuration.md', import.meta.url);
const PROJECT = new URL('../', import.meta.url).pathname;

/** Markers before and after the generated table. */
const BEGIN = '<!-- npm run docs writes this table -->';
const END = '<!-- end of the table -->';

/** Returns the Markdown table of all settings. */
export function settingsTable(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map(
    ({ name, fallback, kind, meaning, isSecret }) =>
      `| ${code(name)} | ${code(fallback.replace(PROJECT, ''))} | ${toUnit(kind)} | ${meaning}${isSecret ? SECRET : ''} |`,
  );
  return ['| setting | default | unit | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const SECRET = '; secret';

/**
 * Replaces the table between the markers.
 *
 * @param page - Text of the page.
 * @returns Text of the page with the current table.
 * @throws {Error} If the page lacks the markers.
 */
export function withTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`expected ${BEGIN} and ${END} in the page`);
  return `${before}${BEGIN}\n\n${settingsTable()}\n\n${END}${after}`;
}

/** Returns the values, and for ranges of numbers also their unit. */
function toUnit({ unit, values }: Setting<unknown>['kind']): string {
  if (values === '') return unit;
  return /^[\d]/.test(values) ? `${unit}, ${values}` : values;
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

if (import.meta.main) writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8')));
