import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './portolan-process.ts';

/** The pages that tell how to run, ask and keep the program. */
export const PAGES: readonly string[] = ['README.md', ...globSync('docs/*.md', { cwd: PROJECT }).sort()];

/** What stands in a block of a page. */
export interface Block {
  /** The word behind the fence. */
  readonly kind: string;
  readonly text: string;
}

/** A line that somebody types. */
export interface DocumentedCommand {
  readonly command: string;
  /** What the page says that it prints; an ellipsis at the end stands for the rest. Null where it says nothing. */
  readonly printed: string | null;
}

/**
 * Finds the fenced blocks of a page, in their order.
 *
 * @param page - Its path from the project's folder.
 */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(PROJECT, page), 'utf8');
  return [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, kind = '', block = '']) => ({ kind, text: block }));
}

/**
 * Finds what a page says to type: in blocks of `sh`, behind a `$` in those of `console`, and what cron is told.
 *
 * @param page - Its path from the project's folder.
 */
export function commandsOf(page: string): DocumentedCommand[] {
  return blocksOf(page).flatMap(({ kind, text }): DocumentedCommand[] => {
    const lines = text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line !== '');
    if (kind === 'sh') return lines.map((command) => ({ command, printed: null }));
    // Five words say when, the sixth says who.
    if (kind === 'crontab')
      return lines.map((line) => ({ command: line.split(' ').slice(6).join(' '), printed: null }));
    if (kind !== 'console') return [];
    const typed = text.split(/^\$ /m).filter((part) => part !== '');
    return typed.map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), printed: part.slice(end + 1) };
    });
  });
}
