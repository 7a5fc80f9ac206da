import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';
import { type ComplexityEstimator, createComplexityRule } from 'graphql-query-complexity';
import { DEFAULT_PAGE, LARGEST_PAGE } from '../registry/page.ts';

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
   * Fields in the answer: a field counts once for each port or result that is asked for around it. 1,000 ports with all
   * fields cost 66,000, 1,000 official rows as nodes and as edges 40,000.
   */
  cost: 100_000,
  /** Fields and fragments met on the way through a document, a fragment as often as it is used. */
  selections: 10_000,
} as const;

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

/** Counts a field as often as it will be answered: `ports` gives as many as its numbers, a connection as `first` says, suggestions as `count`. */
const answered: ComplexityEstimator = ({ args, childComplexity }) => timesOf(args) * (1 + childComplexity);

function timesOf({ numbers, first, count }: { readonly [name: string]: unknown }): number {
  if (Array.isArray(numbers)) return Math.max(1, numbers.length);
  const most = first ?? count;
  if (first === undefined && count === undefined) return 1;
  // The resolver refuses what lies outside of its bounds, in its own words.
  return Math.min(Math.max(1, Number(most ?? DEFAULT_PAGE)), LARGEST_PAGE);
}

/** Refuses an operation that costs too much with the values of its variables. */
export function limitCost(): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request }) => {
        if (operation === undefined || !canCoerce(schema, operation, request.variables)) return;
        const rule = createComplexityRule({
          estimators: [answered],
          variables: request.variables ?? {},
          ...(operation.name !== undefined && { operationName: operation.name.value }),
          maximumComplexity: LIMITS.cost,
          maxQueryNodes: LIMITS.selections,
          createError: (most, cost) => refusal(`Query cost limit of ${most} exceeded, found ${cost}.`),
        });
        const tooMuch = check(() => validate(schema, document, [rule]));
        if (tooMuch !== undefined) throw tooMuch;
      },
    }),
  };
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

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } } });
}
