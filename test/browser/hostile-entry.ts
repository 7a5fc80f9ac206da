import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import type { Product } from '../support/registry.ts';

/** Texts that others may write: markup, a private character, an unbreakable word, a note of 1,500 characters. */
export const HOSTILE = {
  name: '<img src=x onerror=alert(1)>',
  usedBy: `\ue000gnp.exe\ue000 ${'W'.repeat(80)}`,
  owner: '"><script>alert(2)</script>',
  firstPort: 8117,
  note: `</p><style>*{display:none}</style>${'ab '.repeat(480)}`,
  link: `https://wiki.example.org/${'x'.repeat(500)}`,
  sources: [{ title: "' onmouseover='alert(3)", url: 'https://example.org/' }],
  tags: ['</bdi></main>'],
} as const;

/** Creates the entry. */
export async function writeHostileEntry({ own }: Product): Promise<void> {
  await own.create([parseOwnEntry(HOSTILE)], false, COMMAND_LINE);
}
