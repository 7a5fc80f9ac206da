import { parseWrittenPort } from '../../registry/values/port-number.ts';
import { parseProtocolWord } from '../../registry/values/transport-protocol.ts';
import { type Annotator, type Names, nameOfWrittenPort, PROTOCOL_FIELDS } from './port-names.ts';

/** The fields of JSON lines. */
export interface JsonFields {
  /** The field with the port: a key, or keys of nested objects with dots between. */
  readonly port: string;
  /** The field with the protocol, likewise; null for the usual names. */
  readonly protocol: string | null;
  /** The key of the name, which is added. */
  readonly name: string;
}

/** The lines that were read, for messages. */
export interface JsonCounts {
  /** Lines with the field of the port. */
  found: number;
  /** Lines with a port in the field. */
  ports: number;
  /** Lines that already had the key of the name, and stay unchanged. */
  taken: number;
}

/**
 * Annotates JSON with one object in each line: adds a field with the name, which is null if the port has no name.
 *
 * @param names - The names of ports.
 * @param fields - The fields, in the encoding of the lines.
 * @param counts - Counts the lines.
 */
export function annotateJsonLines(names: Names, fields: JsonFields, counts: JsonCounts): Annotator {
  return (line) => {
    const object = parseObject(line);
    if (object === null) return line;
    const found = findField(object, fields.port);
    if (found !== null) counts.found++;
    const port = parseWrittenPort(textOf(found?.value));
    if (port !== null) counts.ports++;
    if (Object.hasOwn(object, fields.name)) {
      counts.taken++;
      return line;
    }
    const protocol =
      fields.protocol === null
        ? usualProtocol(found?.owner ?? object, object)
        : findField(object, fields.protocol)?.value;
    const name = nameOfWrittenPort(names, port, textOf(protocol));
    return addField(line, object, fields.name, name ?? null);
  };
}

/**
 * Parses a line of JSON.
 *
 * @param line - The line.
 * @returns Null if the line is not a JSON object.
 */
export function parseObject(line: string): Record<string, unknown> | null {
  if (!/^\s*\{/.test(line)) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/**
 * Adds a field at the end of an object. The other bytes stay.
 *
 * @param line - The line.
 * @param object - Its object.
 * @param key - The key.
 * @param value - The value.
 */
export function addField(line: string, object: object, key: string, value: string | null): string {
  const end = line.lastIndexOf('}');
  const comma = Object.keys(object).length === 0 ? '' : ',';
  return `${line.slice(0, end)}${comma}${JSON.stringify(key)}:${JSON.stringify(value)}${line.slice(end)}`;
}

/** A field, and the object that has it. */
export interface Found {
  readonly owner: object;
  readonly value: unknown;
}

/**
 * Finds a field. A key with dots comes before a path of keys.
 *
 * @param value - The object.
 * @param path - The key, or keys of nested objects with dots between.
 * @returns Null if the object does not have the field.
 */
export function findField(value: unknown, path: string): Found | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Object.hasOwn(value, path)) return { owner: value, value: (value as Record<string, unknown>)[path] };
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const key = path.slice(0, dot);
    if (!Object.hasOwn(value, key)) continue;
    const found = findField((value as Record<string, unknown>)[key], path.slice(dot + 1));
    if (found !== null) return found;
  }
  return null;
}

/** Returns the text of a value; that of a list with one value is the value, as tshark and Elasticsearch write fields. */
function textOf(value: unknown): string {
  const [single] = Array.isArray(value) && value.length === 1 ? value : [value];
  return typeof single === 'object' ? '' : String(single ?? '');
}

/**
 * Returns the protocol of the first usual field.
 *
 * @param owner - The object that has the port; its fields come first.
 * @param object - The whole object.
 * @returns The value of the field; null if there is none.
 */
export function usualProtocol(owner: object, object: object): unknown {
  for (const holder of new Set([owner, object])) {
    for (const field of PROTOCOL_FIELDS) {
      const value = findField(holder, field)?.value ?? null;
      if (value === null) continue;
      if (field !== 'protocol' || /^\d+$/.test(String(value)) || parseProtocolWord(String(value)) !== null)
        return value;
    }
  }
  return null;
}
