import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './portolan-process.ts';

/** The pages of the documentation. */
export const PAGES: readonly string[] = ['README.md', ...globSync('docs/*.md', { cwd: PROJECT }).sort()];

/** A fenced block of a page. */
export interface Block {
  /** The info string of the fence. */
  readonly kind: string;
  readonly text: string;
}

/** A documented command line. */
export interface DocumentedCommand {
  readonly command: string;
  /** The documented output; an ellipsis at its end stands for the rest. Null if the page shows none. */
  readonly printed: string | null;
}

/**
 * Returns the fenced blocks of a page, in their order.
 *
 * @param page - Its path, relative to the project.
 */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(PROJECT, page), 'utf8');
  return [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, kind = '', block = '']) => ({ kind, text: block }));
}

/**
 * Returns the commands of a page: the lines of `sh` blocks, lines after `$` in `console` blocks, and crontab entries.
 *
 * @param page - Its path, relative to the project.
 */
export function commandsOf(page: string): DocumentedCommand[] {
  return blocksOf(page).flatMap(({ kind, text }): DocumentedCommand[] => {
    const lines = text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line !== '');
    if (kind === 'sh') return lines.map((command) => ({ command, printed: null }));
    // The first five fields are the schedule, the sixth is the user.
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
