import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';
import { type ComplexityEstimator, createComplexityRule } from 'graphql-query-complexity';
import { DEFAULT_PAGE, LARGEST_PAGE } from '../registry/values/page.ts';
import type { Context } from './context.ts';

/** How much one document may ask for. What people and their tools write stays far below. */
export const LIMITS = {
  /**
   * Words, numbers and signs of a document. A list of 1,000 ports written out with all fields has 1,108, the
   * introspection of GraphiQL 184; checking a document of this length takes at most some 100 ms.
   */
  tokens: 2_000,
  /** Fields inside of fields; the schema's longest way down has 6. Introspection is bounded by graphql-js. */
  depth: 10,
  /** Fields with another name; many ports are asked for with one `ports`. */
  aliases: 50,
  /** Directives such as `@include` on fields and fragments. */
  directives: 50,
  /**
   * Points, of about 1 µs of processor time each. A field in the answer costs 1, once for each port or result that is asked
   * for around it; a question costs what `QUESTION_COSTS` says. 1,000 ports with all fields cost 76,000, as of a day
   * 96,000; 1,000 official rows as nodes and as edges 46,000. The costliest documents within the limit take some 0.5 s:
   * 1,000 dynamic ports have three times as many fields as are counted, as each has a dozen associations.
   */
  cost: 100_000,
  /** Fields and fragments met on the way through a document, a fragment as often as it is used. */
  selections: 10_000,
} as const;

/** What a question costs beside the fields of its answer, in points. */
interface QuestionCost {
  /** Once. */
  readonly once?: number;
  /** For each port, result or suggestion that is asked for. */
  readonly each?: number;
  /** Once, where the filter has words to search for. */
  readonly words?: number;
  /** For each port, where a day is given. */
  readonly asOf?: number;
}

/** The questions that cost more than some 50 µs, or are asked for many ports at once; measured with the bundled data. */
export const QUESTION_COSTS: Readonly<Record<string, QuestionCost>> = {
  // A report is composed in 30 to 50 µs; those of today are cached.
  port: { each: 10, asOf: 20 },
  ports: { each: 10, asOf: 20 },
  // Of a name that does not exist the near ones are looked for.
  service: { once: 1_000 },
  suitability: { once: 300 },
  // All 65,536 ports are looked at, and each suggestion is judged.
  suggestions: { once: 5_000, each: 70 },
  pool: { once: 100 },
  pools: { once: 1_000 },
  ephemeralRanges: { once: 100 },
  registry: { once: 100 },
  // 0.3 to 8 ms where a page of 50 is asked for; 20 ms for 1,000 rows of a letter.
  search: { once: 5_000, each: 10 },
  assignments: { once: 1_000, each: 5, words: 4_000 },
  associations: { once: 1_000, each: 5, words: 4_000 },
  association: { once: 30 },
  snapshots: { once: 300, each: 50 },
  // All changes are counted.
  changes: { once: 2_000, each: 20 },
};

/** What the rules of graphql-armor are told: to report, as graphql-js' own rules do, instead of throwing. */
function bounded(n: number) {
  return {
    n,
    propagateOnRejection: false,
    onReject: [
      // "Syntax Error: " stands before all its messages, although it is none.
      (context: ValidationContext | null, { message }: GraphQLError) =>
        context?.reportError(new GraphQLError(message.replace(/^Syntax Error: /, ''))),
    ],
  };
}

/** The limits that a document keeps or breaks by itself. Tokens are counted by the parser. */
export const LIMIT_RULES: ValidationRule[] = [
  maxDepthRule({ ...bounded(LIMITS.depth), flattenFragments: true }),
  maxAliasesRule(bounded(LIMITS.aliases)),
  maxDirectivesRule(bounded(LIMITS.directives)),
];

/** The arguments of a field that count for its cost. */
interface CostArguments {
  readonly numbers?: unknown;
  readonly first?: unknown;
  readonly count?: unknown;
  readonly filter?: { readonly q?: unknown } | null;
  readonly asOf?: unknown;
}

/**
 * Computes the cost of a field with what is in it: a field counts as often as it will be answered, `ports` as often as it
 * has numbers, a connection as `first` says, suggestions as `count`.
 */
export const costOf: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const times = timesOf(args);
  const ofFields = times * (1 + childComplexity);
  const question = type.name === 'Query' ? QUESTION_COSTS[field.name] : undefined;
  if (question === undefined) return ofFields;
  const { once = 0, each = 0, words = 0, asOf = 0 } = question;
  const given: CostArguments = args;
  const hasWords = typeof given.filter?.q === 'string';
  const hasDay = typeof given.asOf === 'string';
  return ofFields + once + times * (each + (hasDay ? asOf : 0)) + (hasWords ? words : 0);
};

function timesOf({ numbers, first, count }: CostArguments): number {
  if (Array.isArray(numbers)) return Math.max(1, numbers.length);
  const most = first ?? count;
  if (first === undefined && count === undefined) return 1;
  // The resolver refuses what lies outside of its bounds, in its own words.
  return Math.min(Math.max(1, Number(most ?? DEFAULT_PAGE)), LARGEST_PAGE);
}

/** This much of the cost of an operation counts as 1 request where requests are limited. */
const COST_PER_REQUEST = 1_000;

/** An operation of this cost gives a large answer, of which few are composed at the same time. */
export const LARGE_COST = 10_000;

/** Refuses an operation that costs too much with the values of its variables, and charges its cost to the client. */
export function limitCost(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        if (operation === undefined || !canCoerce(schema, operation, request.variables)) return;
        const cost = costOfOperation(schema, document, operation, request.variables);
        const tooOften = await contextValue.chargeCost(Math.floor(cost / COST_PER_REQUEST));
        if (tooOften !== null) throw refusal(tooOften, 'RATE_LIMITED', 429);
        if (cost <= LARGE_COST || (await contextValue.work.startLarge())) return;
        throw refusal('Cannot answer now: too many large answers are waited for', 'SERVICE_UNAVAILABLE', 503);
      },
    }),
  };
}

/**
 * Computes the cost of an operation. It depends on the document and on `costVariables` alone.
 *
 * @param schema - The schema.
 * @param document - A valid document.
 * @param operation - The operation of it.
 * @param variables - The values of variables; they have their types.
 * @returns The cost, in points.
 * @throws {GraphQLError} When it is more than the limit, or the operation has too many selections.
 */
export function costOfOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> = {},
): number {
  let found = 0;
  const rule = createComplexityRule({
    estimators: [costOf],
    variables,
    ...(operation.name !== undefined && { operationName: operation.name.value }),
    maximumComplexity: LIMITS.cost,
    onComplete: (cost) => {
      found = cost;
    },
    maxQueryNodes: LIMITS.selections,
    createError: (most, cost) => refusal(`Query cost limit of ${most} exceeded, found ${cost}.`),
  });
  const tooMuch = check(() => validate(schema, document, [rule]));
  if (tooMuch !== undefined) throw tooMuch;
  return found;
}

/**
 * Returns a text that is the same for all values of variables with the same cost: numbers count where they are the number of
 * results, of lists the length counts, of texts that they are there.
 *
 * @param variables - The coerced values of variables.
 * @param resultCounts - The names of the variables in `RESULT_COUNTS`.
 */
export function costVariables(variables: Readonly<Record<string, unknown>>, resultCounts: readonly string[]): string {
  let text = '';
  for (const name of Object.keys(variables)) {
    const value = variables[name];
    text += `${name}:${resultCounts.includes(name) ? value : shapeOf(value)} `;
  }
  return text;
}

/** The arguments of which the value itself decides the cost. */
export const RESULT_COUNTS: readonly string[] = ['first', 'count'];

function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return `{${costVariables(value as Readonly<Record<string, unknown>>, [])}}`;
}

/**
 * Tells whether the values of variables have their types. The rule would collect an error for each value that has not, and an
 * unknown field quotes the whole object: 8,000 of them take 30 s and 700 MB. The execution stops after 50.
 */
function canCoerce(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode, values = {}): boolean {
  return getVariableValues(schema, variableDefinitions, values, { maxErrors: 1 }).errors === undefined;
}

/** Values that do not fit are left to the execution: it knows which part of the answer they spoil. */
function check(validateCost: () => readonly GraphQLError[]): GraphQLError | undefined {
  try {
    return validateCost().find(({ extensions }) => extensions.http !== undefined);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return refusal(`Selections limit of ${LIMITS.selections} exceeded.`);
  }
}

function refusal(message: string, code = 'GRAPHQL_VALIDATION_FAILED', status = 400): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}
