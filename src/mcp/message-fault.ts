import { quoteValue } from '../registry/values/registry-error.ts';

/** A field of a message. */
interface MessageField {
  readonly path: readonly [string, ...string[]];
  readonly isValid: (value: unknown) => boolean;
  /** What is expected, for the error. */
  readonly expected: string;
}

/** The fields of a request or a notification (JSON-RPC 2.0, section 4). MCP allows fewer ids, and only named parameters. */
const FIELDS: readonly MessageField[] = [
  { path: ['jsonrpc'], isValid: (value) => value === '2.0', expected: '"2.0"' },
  { path: ['id'], isValid: optional(isMessageId), expected: 'a text or an integer' },
  { path: ['method'], isValid: (value) => typeof value === 'string', expected: 'the name of a method' },
  { path: ['params'], isValid: optional(isObject), expected: 'an object' },
  { path: ['params', '_meta'], isValid: optional(isObject), expected: 'an object' },
  { path: ['params', '_meta', 'progressToken'], isValid: optional(isMessageId), expected: 'a text or an integer' },
];

/**
 * Finds the first fault of the body of a request: a message of JSON-RPC, or a list of messages with different ids.
 *
 * @param body - The parsed body.
 * @returns The fault in a sentence; null for none.
 */
export function findMessageFault(body: unknown): string | null {
  if (!Array.isArray(body)) return faultOf(body, 'the message');
  const ids = new Set<unknown>();
  for (const [index, message] of body.entries()) {
    const fault = faultOf(message, `message ${index + 1}`);
    if (fault !== null) return fault;
    const id = isResponse(message) ? undefined : message.id;
    if (id !== undefined && ids.has(id))
      return `Cannot answer two messages with the id ${quoteValue(id)}: expected it once`;
    ids.add(id);
  }
  return null;
}

/**
 * Returns whether a value can be the id of a message.
 *
 * @param value - Any value of JSON.
 */
export function isMessageId(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

function faultOf(message: unknown, name: string): string | null {
  if (!isObject(message)) return `Cannot read ${name} ${quoteValue(message)}: expected an object`;
  if (isResponse(message)) return null;
  for (const { path, isValid, expected } of FIELDS) {
    const value = path.reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), message);
    if (!isValid(value)) return `Cannot read ${path.join('.')} of ${name}${quoted(value)}: expected ${expected}`;
  }
  const unknown = Object.keys(message).find((key) => !FIELDS.some(({ path: [field] }) => field === key));
  return unknown === undefined ? null : `Cannot read ${name}: unknown field ${quoteValue(unknown)}`;
}

function quoted(value: unknown): string {
  return value === undefined ? '' : `, ${quoteValue(value)}`;
}

function optional(isValid: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || isValid(value);
}

/** Returns whether a message is the response of a client. The library checks it. */
function isResponse(message: unknown): boolean {
  return isObject(message) && message.method === undefined && ('result' in message || 'error' in message);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
