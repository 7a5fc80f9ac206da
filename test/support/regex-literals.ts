import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type TypeScript from '../clients/node_modules/typescript/lib/typescript.d.ts';
import { PROJECT } from './portolan-process.ts';

/** TypeScript 5, which the tests of clients depend on: TypeScript 7 has no JavaScript API. */
const ts: typeof TypeScript = createRequire(join(PROJECT, 'test/clients/package.json'))('typescript');

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

/** Finds every regular expression of the program with TypeScript's parser. */
export function findRegexes(): FoundRegexes {
  const literals: RegexLiteral[] = [];
  const calls: string[] = [];
  for (const file of globSync(FILES, { cwd: PROJECT })) {
    const source = ts.createSourceFile(file, readFileSync(join(PROJECT, file), 'utf8'), ts.ScriptTarget.Latest);
    const visit = (node: TypeScript.Node): void => {
      const place = `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
      if (ts.isRegularExpressionLiteral(node)) literals.push({ place, ...splitLiteral(node.text) });
      const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
      if (isCall && ts.isIdentifier(node.expression) && node.expression.text === 'RegExp') calls.push(place);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { literals, calls };
}

/** Formats a pattern as a literal. */
export function toLiteral({ source, flags }: Pick<RegexLiteral, 'source' | 'flags'>): string {
  return `/${source}/${flags}`;
}

function splitLiteral(text: string): Pick<RegexLiteral, 'source' | 'flags'> {
  const end = text.lastIndexOf('/');
  return { source: text.slice(1, end), flags: text.slice(end + 1) };
}
