import {
  type DocumentNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type CompiledQuery, compileQuery, conditionVariables, type VariableValues } from './compiled-query.ts';
import { costOfOperation, costVariables, LARGE_COST, RESULT_COUNTS } from './limits.ts';
import type { QueryRequest } from './query-request.ts';

/** How many documents are kept. */
const MOST_DOCUMENTS = 200;

/** How many tokens and compiled fields they have together; each takes some 500 bytes. */
const MOST_PARTS = 20_000;

/** How many values of variables in `@skip` and `@include` a document is compiled for. */
const MOST_VARIANTS = 4;

/** How many costs are kept for a document. */
const MOST_COSTS = 100;

/** A valid document with one operation, a query. */
interface KeptDocument {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly conditions: readonly string[];
  readonly resultCounts: readonly string[];
  /** Compiled queries by the values of `conditions`; null for what is not compiled. */
  readonly compiled: Map<string, CompiledQuery | null>;
  /** Costs by `costVariables`; infinite above the limit. */
  readonly costs: Map<string, number>;
}

/** Executes a query with a context, as `CompiledQuery.execute`. */
export type ExecuteQuery = (context: unknown) => Promise<unknown>;

/**
 * LRU cache of queries that graphql-js has validated once. A query is compiled at its second use. What is not compiled goes to
 * graphql-js: mutations, introspection, several operations, values of variables that do not have their types, large answers.
 */
export class CompiledQueries {
  readonly #documents = new LRUCache<string, KeptDocument>({ max: MOST_DOCUMENTS, maxSize: MOST_PARTS });

  /**
   * Keeps a document that is valid and within the limits.
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
    const kept = {
      schema,
      document,
      operation,
      conditions: conditionVariables(document),
      resultCounts: resultCountVariables(document),
      compiled: new Map(),
      costs: new Map(),
    };
    this.#documents.set(query, kept, { size: sizeOf(kept) });
  }

  /**
   * Finds the compiled query of a request.
   *
   * @param request - The request.
   * @returns What executes it; undefined when it is for graphql-js.
   */
  find({ query, operationName, variables }: QueryRequest): ExecuteQuery | undefined {
    const kept = this.#documents.get(query);
    if (kept === undefined) return undefined;
    const { schema, operation } = kept;
    if (operationName !== null && operationName !== operation.name?.value) return undefined;
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, {
      maxErrors: 1,
    });
    if (coerced === undefined || costOf(kept, coerced) > LARGE_COST) return undefined;
    const compiled = this.#compiledFor(query, kept, coerced);
    return compiled === null ? undefined : (context) => compiled.execute(context, coerced);
  }

  #compiledFor(query: string, kept: KeptDocument, variables: VariableValues): CompiledQuery | null {
    const { schema, document, operation, conditions, compiled } = kept;
    const key = conditions.map((name) => String(variables[name])).join();
    let found = compiled.get(key);
    if (found !== undefined) return found;
    try {
      found = compileQuery(schema, document, operation, variables);
    } catch {
      found = null;
    }
    if (compiled.size === MOST_VARIANTS) compiled.clear();
    compiled.set(key, found);
    this.#documents.set(query, kept, { size: sizeOf(kept) });
    return found;
  }
}

function costOf({ schema, document, operation, resultCounts, costs }: KeptDocument, variables: VariableValues): number {
  const key = costVariables(variables, resultCounts);
  let cost = costs.get(key);
  if (cost !== undefined) return cost;
  try {
    cost = costOfOperation(schema, document, operation, variables);
  } catch {
    cost = Number.POSITIVE_INFINITY;
  }
  if (costs.size === MOST_COSTS) costs.clear();
  costs.set(key, cost);
  return cost;
}

/** Returns the names of the variables that say how many results a field has. */
function resultCountVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Argument: ({ name, value }) => {
      if (RESULT_COUNTS.includes(name.value) && value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

function sizeOf({ document, compiled }: KeptDocument): number {
  let size = document.tokenCount ?? document.loc?.end ?? 1;
  for (const query of compiled.values()) size += query?.fields ?? 0;
  return Math.max(1, size);
}
