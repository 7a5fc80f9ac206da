import { type ByteText, encode, joinBytes } from '../../byte-text.ts';

/** Coerced values of variables, by name. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** The state of one execution, passed to every closure. */
export interface Execution {
  readonly context: unknown;
  readonly variables: VariableValues;
}

/** JSON text, or a promise of it. */
export type Completed = ByteText | Promise<ByteText>;

/** Converts the result of a resolver to JSON text. */
export type Complete = (value: unknown, execution: Execution) => Completed;

/** Resolves and completes a field of a source object. */
export type ResolveField = (source: unknown, execution: Execution) => Completed;

/** A field of an object in the response. */
export interface CompiledField {
  /** The text before the value: the name in the response, which is ASCII, and a comma unless the field is the first one. */
  readonly prefix: string;
  readonly resolve: ResolveField;
}

/** Thrown in place of errors that graphql-js reports. One object for all: Apollo executes the query again and finds the error. */
export const NOT_COMPILED = new Error('the query is to be executed by graphql-js');

/** The text of null. */
export const NULL = 'null' as ByteText;

/** Returns the JSON text of a value. */
export function toText(value: unknown): ByteText {
  return encode(JSON.stringify(value));
}

/** Resolves the fields of an object. Returns a promise if any field is one. */
export function completeObject(fields: readonly CompiledField[], source: unknown, execution: Execution): Completed {
  const values: Completed[] = [];
  let hasPromises = false;
  for (const { resolve } of fields) {
    let value: Completed;
    try {
      value = resolve(source, execution);
    } catch (error) {
      // Other promises may be rejected too: `Promise.all` handles all rejections.
      value = Promise.reject(error);
    }
    hasPromises ||= isPromise(value);
    values.push(value);
  }
  return hasPromises
    ? Promise.all(values).then((texts) => joinFields(fields, texts))
    : joinFields(fields, values as ByteText[]);
}

function joinFields(fields: readonly CompiledField[], texts: readonly ByteText[]): ByteText {
  let text = '';
  for (let index = 0; index < fields.length; index++) text = text + fields[index]?.prefix + texts[index];
  return `{${text}}` as ByteText;
}

/** Completes the items of a list. Returns a promise if any item is one. */
export function completeList(list: unknown, completeItem: Complete, execution: Execution): Completed {
  if (!Array.isArray(list)) throw NOT_COMPILED;
  let hasPromises = false;
  const completed = list.map((item: unknown) => {
    let value: Completed;
    try {
      value = isPromise(item) ? item.then((given) => completeItem(given, execution)) : completeItem(item, execution);
    } catch (error) {
      // As in an object.
      value = Promise.reject(error);
    }
    hasPromises ||= isPromise(value);
    return value;
  });
  const join = (texts: readonly ByteText[]) => `[${joinBytes(texts, ',')}]` as ByteText;
  return hasPromises ? Promise.all(completed).then(join) : join(completed as ByteText[]);
}

/** Returns a serialized value. Throws if it is null or undefined. */
export function orFail(serialized: unknown): unknown {
  if (serialized === undefined || serialized === null) throw NOT_COMPILED;
  return serialized;
}

/** Returns whether a value is a promise. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
