import { defaultFieldResolver, type FieldNode, type GraphQLField, getArgumentValues, visit } from 'graphql';
import { NOT_COMPILED, type VariableValues } from './complete-value.ts';

/** A field of any type. */
export type AnyField = GraphQLField<unknown, unknown>;

/** Returns whether a field has a resolver of its own. */
export function hasResolver({ resolve }: AnyField): boolean {
  return resolve !== undefined && resolve !== defaultFieldResolver;
}

/** Returns the resolver of a field. Resolvers that read `info` are not supported. */
export function compileResolver(field: AnyField) {
  const { name, resolve } = field;
  if (hasResolver(field)) {
    if (resolve === undefined || resolve.length > 3) throw NOT_COMPILED;
    return resolve as unknown as (source: unknown, arguments_: object, context: unknown) => unknown;
  }
  return (source: unknown, arguments_: object, context: unknown): unknown => {
    if (typeof source !== 'object' && typeof source !== 'function') return undefined;
    const value = (source as Record<string, unknown>)[name];
    return typeof value === 'function'
      ? (source as Record<string, (...given: unknown[]) => unknown>)[name]?.(arguments_, context)
      : value;
  };
}

/** Returns a function that computes the arguments of a field; once if they contain no variable. */
export function compileArguments(field: AnyField, node: FieldNode) {
  let hasVariables = false;
  for (const argument of node.arguments ?? []) {
    visit(argument, {
      Variable: () => {
        hasVariables = true;
      },
    });
  }
  if (hasVariables) return (variables: VariableValues): object => getArgumentValues(field, node, variables);
  const values = Object.freeze(getArgumentValues(field, node));
  return (): object => values;
}
