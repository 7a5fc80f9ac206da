import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLBoolean,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLString,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import {
  type Complete,
  type Completed,
  completeList,
  completeObject,
  isPromise,
  NOT_COMPILED,
  NULL,
  orFail,
  type ResolveField,
  toText,
  type VariableValues,
} from './complete-value.ts';
import { type AnyField, compileArguments, compileResolver, hasResolver } from './field-resolver.ts';
import type { SharedTexts } from './shared-texts.ts';
import { SHARED_FIELDS, TOKEN_FIELDS } from './special-fields.ts';

/** The fields of one object in the response, by response name. */
type CollectedFields = ReadonlyMap<string, readonly FieldNode[]>;

/** A compiled query. */
export interface CompiledQuery {
  /** The number of compiled fields. */
  readonly fields: number;
  /**
   * Executes the query.
   *
   * @param context - The context that resolvers receive.
   * @param variables - The coerced values of the variables.
   * @returns The JSON of `data` of a response without errors; a promise if a resolver returns one, or if any field has an error:
   *   it is then rejected, and Apollo executes the query again and reports the error.
   */
  readonly execute: (context: unknown, variables: VariableValues) => Completed;
}

/** The most fields of a compiled query. Fragments are expanded, so a short document can have many. */
const MAX_FIELDS = 1_000;

/**
 * Compiles a query to closures, with the semantics of graphql-js for queries without errors. All decisions that depend only on
 * the schema and the document are made once, here.
 *
 * @param schema - The schema.
 * @param document - A valid document.
 * @param operation - Its only operation, a query.
 * @param variables - The coerced values of variables. Only those in `@skip` and `@include` (`conditionVariables`) count.
 * @param texts - The cached text of all queries.
 * @throws {Error} If the query uses an unsupported feature, such as introspection.
 */
export function compileQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: VariableValues,
  texts: SharedTexts,
): CompiledQuery {
  const type = schema.getQueryType();
  if (type === undefined || type === null) throw NOT_COMPILED;
  const compiler = new Compiler(schema, document, variables, texts);
  const { fragments } = compiler;
  const complete = compiler.compileFields(
    type,
    collectFields(schema, fragments, variables, type, operation.selectionSet),
  );
  return {
    fields: compiler.fields,
    // Resolvers of the root type read no source.
    execute: (context, values) => complete({}, { context, variables: values }),
  };
}

/**
 * Returns the names of the variables that select fields.
 *
 * @param document - A valid document.
 */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ arguments: given = [] }) => {
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

class Compiler {
  readonly #schema: GraphQLSchema;
  readonly #variables: VariableValues;
  readonly #texts: SharedTexts;
  readonly fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  fields = 0;
  /** The number of fields whose values depend on more than their source. */
  #dynamicFields = 0;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: VariableValues, texts: SharedTexts) {
    this.#schema = schema;
    this.#variables = variables;
    this.#texts = texts;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments[definition.name.value] = definition;
    }
  }

  compileFields(type: GraphQLObjectType, collected: CollectedFields): Complete {
    if (type.isTypeOf) throw NOT_COMPILED;
    const fields = [...collected].map(([key, nodes], index) => {
      // Assigning it would set the prototype.
      if (key === '__proto__') throw NOT_COMPILED;
      return { prefix: `${index === 0 ? '' : ','}"${key}":`, resolve: this.#compileField(type, nodes) };
    });
    this.fields += fields.length;
    if (this.fields > MAX_FIELDS) throw NOT_COMPILED;
    return (source, execution) => completeObject(fields, source, execution);
  }

  #compileField(type: GraphQLObjectType, nodes: readonly FieldNode[]): ResolveField {
    const node = nodes[0] as FieldNode;
    const name = node.name.value;
    if (name === '__typename') return () => toText(type.name);
    const field = type.getFields()[name];
    // `__schema` and `__type` are fields of no type.
    if (field === undefined || TOKEN_FIELDS.includes(`${type.name}.${name}`)) throw NOT_COMPILED;
    const complete = this.#compileResult(type, field, nodes);
    if (field.args.length > 0 || hasResolver(field)) this.#dynamicFields++;
    const resolve = compileResolver(field);
    const argumentsOf = compileArguments(field, node);
    return (source, execution) => {
      const value = resolve(source, argumentsOf(execution.variables), execution.context);
      return isPromise(value) ? value.then((given) => complete(given, execution)) : complete(value, execution);
    };
  }

  #compileResult(type: GraphQLObjectType, field: AnyField, nodes: readonly FieldNode[]): Complete {
    const before = this.#dynamicFields;
    const complete = this.#compileType(field.type, nodes);
    const isShared = SHARED_FIELDS.includes(`${type.name}.${field.name}`) && this.#dynamicFields === before;
    return isShared ? this.#texts.cached(complete) : complete;
  }

  #compileType(type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
    if (isNonNullType(type)) {
      const complete = this.#compileType(type.ofType, nodes);
      return (value, execution) => {
        // A promise is that of an object or a list, never of null.
        const completed = complete(value, execution);
        if (completed === NULL) throw NOT_COMPILED;
        return completed;
      };
    }
    const complete = this.#compileNullable(type, nodes);
    return (value, execution) => {
      if (value === undefined || value === null) return NULL;
      if (value instanceof Error) throw value;
      return complete(value, execution);
    };
  }

  #compileNullable(type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
    if (isListType(type)) {
      const completeItem = this.#compileType(type.ofType, nodes);
      return (value, execution) => completeList(value, completeItem, execution);
    }
    if (type === GraphQLString)
      return (value) => toText(typeof value === 'string' ? value : orFail(type.serialize(value)));
    if (type === GraphQLBoolean)
      return (value) => toText(typeof value === 'boolean' ? value : orFail(type.serialize(value)));
    if (isLeafType(type)) return (value) => toText(orFail(type.serialize(value)));
    const compileObject = (object: GraphQLObjectType): Complete =>
      this.compileFields(object, collectSubfields(this.#schema, this.fragments, this.#variables, object, nodes));
    if (isObjectType(type)) return compileObject(type);
    const { resolveType } = type;
    if (!isAbstractType(type) || !resolveType || resolveType.length > 2) throw NOT_COMPILED;
    this.#dynamicFields++;
    const byName = new Map(this.#schema.getPossibleTypes(type).map((object) => [object.name, compileObject(object)]));
    return (value, execution) => {
      const name = resolveType(value, execution.context, undefined as unknown as GraphQLResolveInfo, type);
      const complete = typeof name === 'string' ? byName.get(name) : undefined;
      if (complete === undefined) throw NOT_COMPILED;
      return complete(value, execution);
    };
  }
}
