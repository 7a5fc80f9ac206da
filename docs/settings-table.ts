import { readFileSync, writeFileSync } from 'node:fs';
import { SETTINGS, type Setting } from '../src/config/settings.ts';

const PAGE = new URL('configuration.md', import.meta.url);
const PROJECT = new URL('../', import.meta.url).pathname;

/** Stand around the table in the page. */
const BEGIN = '<!-- npm run docs writes this table -->';
const END = '<!-- end of the table -->';

/** Writes the table of all settings in Markdown. */
export function settingsTable(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map(
    ({ name, fallback, kind, meaning, isSecret }) =>
      `| ${code(name)} | ${code(fallback.replace(PROJECT, ''))} | ${toUnit(kind)} | ${meaning}${isSecret ? SECRET : ''} |`,
  );
  return ['| setting | default | unit | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const SECRET = '; secret';

/**
 * Puts the table in the place of the one in the page.
 *
 * @param page - The page.
 * @throws {Error} When the page has no place for it.
 */
export function withTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`expected ${BEGIN} and ${END} in the page`);
  return `${before}${BEGIN}\n\n${settingsTable()}\n\n${END}${after}`;
}

/** Words speak for themselves; a range of numbers needs to be told of what. */
function toUnit({ unit, values }: Setting<unknown>['kind']): string {
  if (values === '') return unit;
  return /^[\d]/.test(values) ? `${unit}, ${values}` : values;
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

if (import.meta.main) writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8')));
