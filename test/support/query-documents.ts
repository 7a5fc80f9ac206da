import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
} from 'graphql';
import { fc } from './properties.ts';

/** Names that mean something to an engine or a program. */
export const HOSTILE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  'valueOf',
  'hasOwnProperty',
  'then',
  'length',
  'data',
  'errors',
  'eval',
  'process',
  '__typename__',
] as const;

/** Gives a value of an arbitrary. */
export type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

/** A document with one query, and values of its variables. */
export interface DrawnQuery {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/**
 * Draws a query: aliases, fragments, directives, arguments as literals and as variables, some of them bad.
 *
 * @param schema - The schema.
 * @param draw - Gives values.
 */
export function drawQuery(schema: GraphQLSchema, draw: Draw): DrawnQuery {
  return new Drawing(schema, draw).draw();
}

const DEEPEST = 4;

class Drawing {
  readonly #schema: GraphQLSchema;
  readonly #draw: Draw;
  readonly #fragments: string[] = [];
  readonly #definitions = new Map<string, string>();
  readonly #variables: Record<string, unknown> = {};

  constructor(schema: GraphQLSchema, draw: Draw) {
    this.#schema = schema;
    this.#draw = draw;
  }

  draw(): DrawnQuery {
    const root = this.#schema.getQueryType();
    if (!root) throw new Error('The schema has no queries');
    const names = this.#draw(fc.shuffledSubarray(Object.keys(root.getFields()), { minLength: 1, maxLength: 2 }));
    const fields = names.map((name) => this.#field(root.getFields()[name] as GraphQLField<unknown, unknown>, 0));
    const definitions = [...this.#definitions].map(([name, type]) => `$${name}: ${type}`);
    const head = definitions.length === 0 ? '' : `(${definitions.join(', ')})`;
    return { query: `query Q${head} { ${fields.join(' ')} } ${this.#fragments.join(' ')}`, variables: this.#variables };
  }

  #selections(type: GraphQLNamedType, depth: number): string {
    if (isAbstractType(type)) {
      const parts = this.#schema
        .getPossibleTypes(type)
        .map((object) => `... on ${object} ${this.#selections(object, depth)}`);
      return `{ __typename ${parts.join(' ')} }`;
    }
    if (!isObjectType(type)) return '';
    const known = Object.values(type.getFields()).filter(
      ({ type: of }) => depth < DEEPEST || !isCompositeType(getNamedType(of)),
    );
    const chosen = this.#draw(fc.shuffledSubarray(known, { maxLength: Math.min(5, known.length) }));
    const parts = ['__typename', ...chosen.map((field) => this.#wrap(type.name, this.#field(field, depth + 1)))];
    return `{ ${parts.join(' ')} }`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const alias = this.#draw(fc.option(fc.constantFrom(...HOSTILE_NAMES.slice(1)), { freq: 3 }));
    const name = alias === null ? field.name : `${alias}_${field.name}: ${field.name}`;
    const given = field.args.flatMap((argument) => {
      const isNeeded = isNonNullType(argument.type);
      if (!isNeeded && this.#draw(fc.integer({ min: 0, max: 2 })) > 0) return [];
      return [`${argument.name}: ${this.#argument(argument.name, argument.type)}`];
    });
    const list = given.length === 0 ? '' : `(${given.join(', ')})`;
    return `${name}${list}${this.#directive()} ${this.#selections(getNamedType(field.type), depth)}`;
  }

  #wrap(type: string, field: string): string {
    const form = this.#draw(fc.integer({ min: 0, max: 9 }));
    if (form === 0) return `... ${this.#directive()} { ${field} }`;
    if (form === 1) return `... on ${type} { ${field} }`;
    if (form > 2) return field;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type} { ${field} }`);
    return `...${name}${this.#directive()}`;
  }

  #directive(): string {
    const form = this.#draw(fc.integer({ min: 0, max: 19 }));
    if (form > 2) return '';
    const word = form === 0 ? 'skip' : 'include';
    const value = form === 2 ? this.#variable('Boolean!', this.#draw(fc.boolean())) : this.#draw(fc.boolean());
    return ` @${word}(if: ${value})`;
  }

  #argument(name: string, type: GraphQLInputType): string {
    const value = this.#value(name, type);
    if (this.#draw(fc.boolean())) return this.#variable(String(type), fromLiteral(value));
    return value;
  }

  #variable(type: string, value: unknown): string {
    const name = `v${this.#definitions.size}`;
    this.#definitions.set(name, type);
    this.#variables[name] = value;
    return `$${name}`;
  }

  /** Draws a literal. Enum values are words in quotes in variables alone. */
  #value(name: string, type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.#value(name, type.ofType);
    if (isListType(type)) return `[${this.#value(name, type.ofType)}, ${this.#value(name, type.ofType)}]`;
    if (isEnumType(type)) return this.#draw(fc.constantFrom(...type.getValues().map((value) => value.name)));
    if (isInputObjectType(type)) {
      const all = Object.values(type.getFields());
      const drawn = this.#draw(fc.subarray(all));
      const fields = all.filter((field) => isRequiredInputField(field) || drawn.includes(field));
      return `{ ${fields.map((field) => `${field.name}: ${this.#value(field.name, field.type)}`).join(', ')} }`;
    }
    if (String(type) === 'Int') return String(this.#draw(numbersFor(name)));
    if (String(type) === 'Boolean') return String(this.#draw(fc.boolean()));
    return JSON.stringify(
      this.#draw(fc.constantFrom('ssh', 'http', 'linux', '8000-8100', '2025-01-01', 'a "quote" \\ ü')),
    );
  }
}

function numbersFor(name: string): fc.Arbitrary<number> {
  if (name === 'first' || name === 'count') return fc.integer({ min: 0, max: 20 });
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(0, 22, 80, 443, 3478, 6667, 8080, 49152, 65535) },
    { weight: 1, arbitrary: fc.constantFrom(-1, 65536) },
  );
}

/** Converts a literal of GraphQL to a value of JSON. */
function fromLiteral(literal: string): unknown {
  const quoted = literal.replaceAll(/"(?:[^"\\]|\\.)*"|([A-Za-z_]\w*)/g, (all, word?: string) =>
    word === undefined || ['true', 'false', 'null'].includes(word) ? all : `"${word}"`,
  );
  return JSON.parse(quoted);
}
