import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { type CallExpression, type NewExpression, type Node, parse } from 'acorn';
import { simple } from 'acorn-walk';
import { PROJECT } from './portolan-process.ts';

/** A regular expression in the source. */
export interface RegexLiteral {
  /** File and line, from 1: `src/text/csv.ts:98`. */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** The regular expressions of the program. */
export interface FoundRegexes {
  readonly literals: readonly RegexLiteral[];
  /** The places of calls of `RegExp`, whose pattern cannot be checked. */
  readonly calls: readonly string[];
}

/** The files of the program, as globs from the project's root. */
const FILES = ['bin/**/*.js', 'src/**/*.{ts,js}', 'data/**/*.ts'];

/** Finds every regular expression of the program with the parser acorn. */
export function findRegexes(): FoundRegexes {
  const literals: RegexLiteral[] = [];
  const calls: string[] = [];
  for (const file of globSync(FILES, { cwd: PROJECT })) {
    const text = readFileSync(join(PROJECT, file), 'utf8');
    // Without types, every line keeps its number.
    const script = file.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
    const program = parse(script, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowHashBang: true,
      locations: true,
    });
    const placeOf = ({ loc }: Node) => `${file}:${loc?.start.line}`;
    const addCall = (node: NewExpression | CallExpression) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'RegExp') calls.push(placeOf(node));
    };
    simple(program, {
      Literal(node) {
        if (node.regex) literals.push({ place: placeOf(node), source: node.regex.pattern, flags: node.regex.flags });
      },
      NewExpression: addCall,
      CallExpression: addCall,
    });
  }
  return { literals, calls };
}

/** Formats a pattern as a literal. */
export function toLiteral({ source, flags }: Pick<RegexLiteral, 'source' | 'flags'>): string {
  return `/${source}/${flags}`;
}
