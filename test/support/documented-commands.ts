import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './portolan-process.ts';

/** Paths of README.md and the pages in docs/. */
export const PAGES: readonly string[] = ['README.md', ...globSync('docs/*.md', { cwd: PROJECT }).sort()];

/** A fenced code block of a page. */
export interface Block {
  /** The language after the fence. */
  readonly kind: string;
  readonly text: string;
}

/** A documented command. */
export interface DocumentedCommand {
  readonly command: string;
  /** The documented output; an ellipsis at the end stands for the rest. Null if none is documented. */
  readonly printed: string | null;
}

/**
 * Returns the fenced blocks of a page, in their order.
 *
 * @param page - Path relative to the project's folder.
 */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(PROJECT, page), 'utf8');
  return [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, kind = '', block = '']) => ({ kind, text: block }));
}

/**
 * Returns the commands of a page: lines of `sh` blocks, lines with `$` of `console` blocks, commands of `crontab` blocks.
 *
 * @param page - Path relative to the project's folder.
 */
export function commandsOf(page: string): DocumentedCommand[] {
  return blocksOf(page).flatMap(({ kind, text }): DocumentedCommand[] => {
    const lines = text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line !== '');
    if (kind === 'sh') return lines.map((command) => ({ command, printed: null }));
    // Five fields are the schedule, the sixth is the user.
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
