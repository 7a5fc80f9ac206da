import {
  type DocumentNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type CompiledQuery, compileQuery, conditionVariables } from './compiled/compiled-query.ts';
import type { Completed, VariableValues } from './compiled/complete-value.ts';
import { SharedTexts } from './compiled/shared-texts.ts';
import { costOfOperation, costVariables, LARGE_COST, RESULT_COUNTS } from './limits.ts';
import type { QueryRequest } from './query-request.ts';

/** The most cached documents. */
const MAX_DOCUMENTS = 200;

/** The most tokens and compiled fields of all cached documents. Each takes about 500 bytes. */
const MAX_PARTS = 20_000;

/** The most compiled variants of a document, one per values of the variables in `@skip` and `@include`. */
const MAX_VARIANTS = 4;

/** The most cached costs of a document. */
const MAX_COSTS = 100;

/** A valid document with one operation, a query. */
interface CachedDocument {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly conditions: readonly string[];
  readonly resultCounts: readonly string[];
  /** Compiled queries by the values of `conditions`; null for a query that is not compiled. */
  readonly compiled: Map<string, CompiledQuery | null>;
  /** Costs by `costVariables`; infinite above the limit. */
  readonly costs: Map<string, number>;
}

/** Executes a query with a context, as `CompiledQuery.execute`. */
export type ExecuteQuery = (context: unknown) => Completed;

/**
 * LRU cache of validated queries. A query is compiled at its second use. Mutations, introspection, fields that need a token,
 * documents with several operations, invalid variables and large responses are not compiled: Apollo executes them.
 */
export class CompiledQueries {
  readonly #texts = new SharedTexts();
  readonly #documents = new LRUCache<string, CachedDocument>({ max: MAX_DOCUMENTS, maxSize: MAX_PARTS });

  /**
   * Adds a document that is valid and within the limits.
   *
   * @param query - Its text.
   * @param schema - The schema.
   * @param document - The parsed document.
   */
  add(query: string, schema: GraphQLSchema, document: DocumentNode): void {
    if (this.#documents.has(query)) return;
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const [operation] = operations as OperationDefinitionNode[];
    if (operation?.operation !== 'query' || operations.length > 1) return;
    const cached = {
      schema,
      document,
      operation,
      conditions: conditionVariables(document),
      resultCounts: resultCountVariables(document),
      compiled: new Map(),
      costs: new Map(),
    };
    this.#documents.set(query, cached, { size: sizeOf(cached) });
  }

  /**
   * Finds the compiled query of a request.
   *
   * @param request - The request.
   * @returns A function that executes it; undefined if Apollo has to execute it.
   */
  find({ query, operationName, variables }: QueryRequest): ExecuteQuery | undefined {
    const cached = this.#documents.get(query);
    if (cached === undefined) return undefined;
    const { schema, operation } = cached;
    if (operationName !== null && operationName !== operation.name?.value) return undefined;
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, {
      maxErrors: 1,
    });
    if (coerced === undefined || costOf(cached, coerced) > LARGE_COST) return undefined;
    const compiled = this.#compiledFor(query, cached, coerced);
    return compiled === null ? undefined : (context) => compiled.execute(context, coerced);
  }

  #compiledFor(query: string, cached: CachedDocument, variables: VariableValues): CompiledQuery | null {
    const { schema, document, operation, conditions, compiled } = cached;
    const key = conditions.map((name) => String(variables[name])).join();
    let found = compiled.get(key);
    if (found !== undefined) return found;
    try {
      found = compileQuery(schema, document, operation, variables, this.#texts);
    } catch {
      found = null;
    }
    if (compiled.size === MAX_VARIANTS) compiled.clear();
    compiled.set(key, found);
    this.#documents.set(query, cached, { size: sizeOf(cached) });
    return found;
  }
}

function costOf(
  { schema, document, operation, resultCounts, costs }: CachedDocument,
  variables: VariableValues,
): number {
  const key = costVariables(variables, resultCounts);
  let cost = costs.get(key);
  if (cost !== undefined) return cost;
  try {
    cost = costOfOperation(schema, document, operation, variables);
  } catch {
    cost = Number.POSITIVE_INFINITY;
  }
  if (costs.size === MAX_COSTS) costs.clear();
  costs.set(key, cost);
  return cost;
}

/** Returns the names of the variables that set the number of results of a field. */
function resultCountVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Argument: ({ name, value }) => {
      if (RESULT_COUNTS.includes(name.value) && value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

function sizeOf({ document, compiled }: CachedDocument): number {
  let size = document.tokenCount ?? document.loc?.end ?? 1;
  for (const query of compiled.values()) size += query?.fields ?? 0;
  return Math.max(1, size);
}
