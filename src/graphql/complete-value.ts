/** Coerced values of variables, by name. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** The state of one execution, passed to every closure. */
export interface Execution {
  readonly context: unknown;
  readonly variables: VariableValues;
}

/** Converts the result of a resolver to a JSON value, or a promise of one. */
export type Complete = (value: unknown, execution: Execution) => unknown;

/** Resolves and completes a field of a source object. */
export type ResolveField = (source: unknown, execution: Execution) => unknown;

/** A field of an object in the response. */
export interface CompiledField {
  readonly key: string;
  readonly resolve: ResolveField;
}

/** Thrown in place of errors that graphql-js reports. One object for all: Apollo executes the query again and finds the error. */
export const NOT_COMPILED = new Error('the query is to be executed by graphql-js');

/** Resolves the fields of an object. Returns a promise if any field is one. */
export function completeObject(fields: readonly CompiledField[], source: unknown, execution: Execution): unknown {
  const object: Record<string, unknown> = {};
  let promises: Promise<unknown>[] | undefined;
  for (const { key, resolve } of fields) {
    let value: unknown;
    try {
      value = resolve(source, execution);
    } catch (error) {
      // Other promises may be rejected too: `Promise.all` handles all rejections.
      value = Promise.reject(error);
    }
    // Assigned at once, to keep the order of keys.
    object[key] = value;
    if (!isPromise(value)) continue;
    promises ??= [];
    promises.push(
      value.then((given) => {
        object[key] = given;
      }),
    );
  }
  return promises === undefined ? object : Promise.all(promises).then(() => object);
}

/** Completes the items of a list. Returns a promise if any item is one. */
export function completeList(list: unknown, completeItem: Complete, execution: Execution): unknown {
  if (!Array.isArray(list)) throw NOT_COMPILED;
  let hasPromises = false;
  const completed = list.map((item: unknown) => {
    let value: unknown;
    try {
      value = isPromise(item) ? item.then((given) => completeItem(given, execution)) : completeItem(item, execution);
    } catch (error) {
      // As in an object.
      value = Promise.reject(error);
    }
    hasPromises ||= isPromise(value);
    return value;
  });
  return hasPromises ? Promise.all(completed) : completed;
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
