/** The values of variables by name. */
export type Variables = ReadonlyMap<string, string>;

/** A text with its variables replaced. */
export interface Interpolated {
  readonly text: string;
  /** The variables without a value and without a default. */
  readonly missing: readonly string[];
  /** The variables whose value is in the text. */
  readonly used: readonly string[];
}

/** The deepest nesting of defaults, as in `${A:-${B:-80}}`. */
const DEEPEST = 8;

/** The longest text with its variables replaced, in characters. Variables can contain each other many times. */
const LONGEST = 16 * 1024;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;

/**
 * Replaces the variables of a text as Docker Compose does: `$A`, `${A}`, `${A:-default}`, `${A-default}`, `${A:+other}`, `${A+other}`,
 * `${A:?message}`, `${A?message}`, and `$$` for a dollar sign. A text of more than 16,384 characters is cut off.
 *
 * @param text - The text.
 * @param variables - The values.
 * @see https://docs.docker.com/reference/compose-file/interpolation/
 */
export function interpolate(text: string, variables: Variables): Interpolated {
  const interpolation = new Interpolation(variables);
  const replaced = interpolation.replace(text, 0);
  return { text: replaced.slice(0, LONGEST), missing: [...interpolation.missing], used: [...interpolation.used] };
}

class Interpolation {
  readonly missing = new Set<string>();
  readonly used = new Set<string>();
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  replace(text: string, depth: number): string {
    let out = '';
    let rest = text;
    for (let at = rest.indexOf('$'); at >= 0 && out.length < LONGEST; at = rest.indexOf('$')) {
      out += rest.slice(0, at);
      rest = rest.slice(at + 1);
      const end = rest.startsWith('{') ? closingBrace(rest) : -1;
      const inside = end < 0 ? (NAME.exec(rest)?.[0] ?? '') : rest.slice(1, end);
      const [name = ''] = NAME.exec(inside) ?? [];
      if (name === '' || depth > DEEPEST) {
        out += '$';
        // Two dollar signs stand for one.
        if (rest.startsWith('$')) rest = rest.slice(1);
        continue;
      }
      out += this.#expand(name, inside.slice(name.length), depth);
      rest = rest.slice(end < 0 ? name.length : end + 1);
    }
    return out + rest;
  }

  /** Returns the value of a variable, or what its operation has instead. */
  #expand(name: string, operation: string, depth: number): string {
    const value = this.#variables.get(name);
    const [, colon = '', operator = '', word = ''] = /^(:?)([-+?])(.*)$/s.exec(operation) ?? [];
    const isSet = value !== undefined && (colon === '' || value !== '');
    if (operator === '+') return isSet ? this.replace(word, depth + 1) : '';
    if (operator === '-' && !isSet) return this.replace(word, depth + 1);
    if (value === undefined || (operator === '?' && !isSet)) this.missing.add(name);
    else this.used.add(name);
    return value ?? '';
  }
}

/** Returns the place of the brace that closes the first one; -1 for none. */
function closingBrace(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
