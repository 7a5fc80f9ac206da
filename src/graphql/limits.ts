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
import { maxRepeatsRule } from './max-repeats-rule.ts';

/** The limits of a document. */
export const LIMITS = {
  /**
   * Tokens. A list of 1,000 ports with all fields has 1,108, and GraphiQL's introspection query 184. Validating a document
   * of 2,000 tokens takes at most 25 ms at first, and 10 ms later.
   */
  tokens: 2_000,
  /** Depth. The deepest field of the schema has 6. graphql-js limits introspection. */
  depth: 10,
  /** Fields with the same response name that have arguments or subfields. 50 aliased ports have 50 fields of each name. */
  repeats: 100,
  /** Aliases. One field `ports` gets many ports without aliases. */
  aliases: 50,
  /** Directives such as `@include` on fields and fragments. */
  directives: 50,
  /**
   * Cost in points of about 1 µs of processor time. A field of the response costs 1, multiplied by the requested ports or
   * results around it; `QUESTION_COSTS` are added. 1,000 ports with all fields cost 84,000, and 104,000 as of a past day.
   * 1,000 official rows as nodes and as edges cost 48,000. The most expensive documents within the limit take about 0.6 s:
   * 1,000 dynamic ports have a dozen associations each, three times as many fields as are counted.
   */
  cost: 125_000,
  /** Fields and fragments of a document; a fragment counts each time it is used. */
  selections: 10_000,
} as const;

/** The cost of a field in addition to those of its response, in points. */
interface QuestionCost {
  /** Added once. */
  readonly once?: number;
  /** Added per requested port, result or suggestion. */
  readonly each?: number;
  /** Added once if the filter has a search text. */
  readonly words?: number;
  /** Added per port if a day is given. */
  readonly asOf?: number;
}

/** The fields that take more than 50 µs, or many ports at once. Measured with the bundled data. */
export const QUESTION_COSTS: Readonly<Record<string, QuestionCost>> = {
  // Composing a report takes 30 to 50 µs; current ones are cached.
  port: { each: 10, asOf: 20 },
  ports: { each: 10, asOf: 20 },
  // An unknown name is compared with all names.
  service: { once: 1_000 },
  suitability: { once: 300 },
  // Checks all 65,536 ports, and computes the suitability of each suggestion.
  suggestions: { once: 5_000, each: 70 },
  // Filters all conflicts; 10,000 entries take about 0.1 s once after each write. Each conflict may have 100 entries.
  conflicts: { once: 5_000, each: 20 },
  // Counts all writes of the filter.
  audit: { once: 5_000, each: 20 },
  // Counts all sockets of the filter.
  observations: { once: 5_000, each: 5 },
  // Reads up to 10,000 writes: 0.2 s, in steps.
  ownChanges: { once: 60_000, each: 20 },
  // Reads all sockets and own entries: 0.25 s for 30,000 and 10,000, in steps.
  drift: { once: 60_000, each: 20 },
  // Compares the entry with all own entries.
  warnings: { once: 5_000 },
  pool: { once: 100 },
  pools: { once: 1_000 },
  ephemeralRanges: { once: 100 },
  registry: { once: 100 },
  // 0.3 to 8 ms for a page of 50; 20 ms for 1,000 rows that contain a letter.
  search: { once: 5_000, each: 10 },
  assignments: { once: 1_000, each: 5, words: 4_000 },
  associations: { once: 1_000, each: 5, words: 4_000 },
  allowedPorts: { once: 1_000, each: 5 },
  dueEntries: { once: 1_000, each: 5 },
  association: { once: 30 },
  snapshots: { once: 300, each: 50 },
  // Counts all changes.
  changes: { once: 2_000, each: 20 },
};

/** Returns the options of graphql-armor's rules: they report errors as graphql-js' rules do, instead of throwing. */
function bounded(n: number) {
  return {
    n,
    propagateOnRejection: false,
    onReject: [
      // graphql-armor wrongly prefixes its messages with "Syntax Error: ".
      (context: ValidationContext | null, { message }: GraphQLError) =>
        context?.reportError(new GraphQLError(message.replace(/^Syntax Error: /, ''))),
    ],
  };
}

/** The rules for limits that do not depend on variables. The parser counts tokens. */
export const LIMIT_RULES: ValidationRule[] = [
  maxRepeatsRule(LIMITS.repeats),
  maxDepthRule({ ...bounded(LIMITS.depth), flattenFragments: true }),
  maxAliasesRule(bounded(LIMITS.aliases)),
  maxDirectivesRule(bounded(LIMITS.directives)),
];

/** The arguments that determine the cost of a field. */
interface CostArguments {
  readonly numbers?: unknown;
  readonly first?: unknown;
  readonly count?: unknown;
  readonly filter?: { readonly q?: unknown } | null;
  readonly asOf?: unknown;
}

/**
 * Computes the cost of a field with its subfields. They are multiplied by the number of results: the numbers of `ports`, `first`
 * of a connection, `count` of suggestions.
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
  // The resolver rejects values outside the limits with its own message.
  return Math.min(Math.max(1, Number(most ?? DEFAULT_PAGE)), LARGEST_PAGE);
}

/** The points that count as one request for `RATE_LIMIT`. */
const COST_PER_REQUEST = 1_000;

/** Operations above this cost have a large response. The server composes one of these at a time. */
export const LARGE_COST = 10_000;

/**
 * The tokens of a document from which on validating it, computing its cost and executing it are steps of their own. With the most
 * tokens, the first two take 10 ms each.
 */
const LONG_DOCUMENT = 300;

/** Rejects operations above the cost limit, and charges the cost to the client. */
export function limitCost(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        if (operation === undefined || !canCoerce(schema, operation, request.variables)) return;
        const { work } = contextValue;
        const isLong = (document.tokenCount ?? 0) > LONG_DOCUMENT;
        if (isLong) await work.turn();
        const cost = costOfOperation(schema, document, operation, request.variables);
        const tooOften = await contextValue.chargeCost(Math.floor(cost / COST_PER_REQUEST));
        if (tooOften !== null) throw refusal(tooOften, 'RATE_LIMITED', 429);
        if (cost > LARGE_COST) {
          await work.startLarge().catch(({ message }: Error) => {
            throw refusal(message, 'SERVICE_UNAVAILABLE', 503);
          });
        }
        if (isLong || cost > LARGE_COST) await work.turn();
      },
    }),
  };
}

/**
 * Computes the cost of an operation. It depends only on the document and on `costVariables`.
 *
 * @param schema - The schema.
 * @param document - A valid document.
 * @param operation - The operation of the document.
 * @param variables - The coerced values of variables.
 * @returns The cost, in points.
 * @throws {GraphQLError} If the cost exceeds the limit, or the operation has too many selections.
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
 * Returns a key that is equal for values of variables with equal cost. Numbers of results, the length of lists and the presence
 * of texts are part of it.
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

/** The arguments that are numbers of results. */
export const RESULT_COUNTS: readonly string[] = ['first', 'count'];

function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return `{${costVariables(value as Readonly<Record<string, unknown>>, [])}}`;
}

/**
 * Returns whether the values of variables have their types. The cost rule would collect an error for each value that does not,
 * and an error for an unknown field quotes the whole object: 8,000 of them take 30 s and 700 MB. The execution stops after 50.
 */
function canCoerce(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode, values = {}): boolean {
  return getVariableValues(schema, variableDefinitions, values, { maxErrors: 1 }).errors === undefined;
}

/** Leaves invalid values to the execution, which reports the field that they belong to. */
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
