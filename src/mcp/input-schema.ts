import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ArgumentSource, JsonSchema, Tool } from './tool.ts';

/** The JSON schema of the arguments of a tool. */
export interface InputSchema {
  readonly [keyword: string]: unknown;
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required?: string[];
  readonly additionalProperties: false;
}

/** The keywords of the contract that a tool's schema has: those that a model needs to write a valid call. */
const KEPT = ['type', 'enum', 'minimum', 'maximum', 'maxItems', 'default'] as const;

/** The values of keywords without information: the largest integer, and the default of a flag. */
const OMITTED: readonly unknown[] = [undefined, false, Number.MAX_SAFE_INTEGER];

/** The first sentence of a description. */
const SENTENCE = /^[^.]*\./;

/** The contract that the schemas of tools are derived from. */
export class Contract {
  readonly #text = readFileSync(new URL('../../schema/openapi.yaml', import.meta.url), 'utf8');

  /**
   * Derives the schema of the arguments of a tool: types, ranges, defaults, and the first sentence of each description.
   *
   * @param tool - The tool.
   */
  inputSchema({ arguments: sources, required }: Pick<Tool, 'arguments' | 'required'>): InputSchema {
    const properties = Object.entries(sources).map(([name, { from, but }]) => [
      name,
      { ...this.#shorten(this.#find(from)), ...but },
    ]);
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required: [...required] }),
      additionalProperties: false,
    };
  }

  #find(from: ArgumentSource['from']): JsonSchema {
    const [kind, name = '', property] = from.split('/');
    const component = this.#component(kind as 'parameters' | 'schemas', name);
    if (property !== undefined) return (component.properties as Readonly<Record<string, JsonSchema>>)[property] ?? {};
    return { ...(component.schema as JsonSchema), description: component.description };
  }

  /** Follows references, and leaves out null: an argument without a value is left out. */
  #shorten({ description, ...schema }: JsonSchema): JsonSchema {
    const target = this.#resolve(schema);
    const kept = KEPT.filter((keyword) => !OMITTED.includes(target[keyword])).map((keyword) => [
      keyword,
      withoutNull(target[keyword]),
    ]);
    const items = target.items as JsonSchema | undefined;
    const [sentence] = SENTENCE.exec(String(description ?? target.description ?? '')) ?? [];
    return {
      ...Object.fromEntries(kept),
      ...(items !== undefined && { items: withoutDescription(this.#shorten(items)) }),
      ...(sentence !== undefined && { description: sentence }),
    };
  }

  #resolve(schema: JsonSchema): JsonSchema {
    const [first] = Array.isArray(schema.anyOf) ? (schema.anyOf as JsonSchema[]) : [schema];
    const name = /^#\/components\/schemas\/(\w+)$/.exec(String(first?.$ref ?? ''))?.[1];
    return name === undefined ? (first ?? {}) : this.#resolve(this.#component('schemas', name));
  }

  /** Parses one component. Parsing the whole contract would take 0.4 s, in which no other request is answered. */
  #component(kind: 'parameters' | 'schemas', name: string): JsonSchema {
    const section = this.#text.indexOf(`\n  ${kind}:\n`);
    const heading = `\n    ${name}:\n`;
    const body = this.#text.slice(this.#text.indexOf(heading, section) + heading.length);
    return parse(body.slice(0, body.search(/^ {0,4}\S/m)));
  }
}

function withoutNull(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const values = value.filter((one) => one !== 'null' && one !== null);
  return values.length === 1 ? values[0] : values;
}

function withoutDescription({ description: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
