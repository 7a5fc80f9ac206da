import { ASSIGNMENT_STATES } from '../registry/assignment.ts';
import { CATEGORIES, CONFIDENCES, ORIGINS } from '../registry/association.ts';
import { LARGEST_PAGE } from '../registry/page.ts';
import { checkPortNumber } from '../registry/port-number.ts';
import { PORT_RANGES } from '../registry/port-range.ts';
import type { Registry } from '../registry/registry.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../registry/transport-protocol.ts';

/** What every resolver finds beside its arguments. */
export interface Context {
  readonly registry: Registry;
  /** The id under which the server's log tells of this request. */
  readonly requestId: string;
}

interface PortArguments {
  readonly number: number;
  readonly protocol?: TransportProtocol | null;
}

interface PortsArguments {
  readonly numbers: readonly number[];
  readonly protocol?: TransportProtocol | null;
}

/** One call of the registry each; the fields of the types are those of the domain, under the same names. */
export const resolvers = {
  Query: {
    port: (_root: unknown, { number, protocol }: PortArguments, { registry }: Context) =>
      registry.port(checkPortNumber(number, String(number), 'number'), protocol ?? null),
    ports: (_root: unknown, { numbers, protocol }: PortsArguments, { registry }: Context) =>
      registry.ports(
        checkCount(numbers).map((number) => {
          checkPortNumber(number, String(number), 'numbers');
          return { firstPort: number, lastPort: number, protocol: protocol ?? null };
        }),
      ),
    service: (_root: unknown, { name }: { readonly name: string }, { registry }: Context) =>
      nullWhenNotFound(() => registry.service(name)),
    ranges: () => PORT_RANGES,
    ephemeralRanges: (_root: unknown, _arguments: unknown, { registry }: Context) => registry.ephemeralRanges(),
    registry: (_root: unknown, _arguments: unknown, { registry }: Context) => registry.info(),
  },
  TransportProtocol: enumValues(TRANSPORT_PROTOCOLS),
  AssignmentState: enumValues(ASSIGNMENT_STATES),
  PortState: enumValues([...ASSIGNMENT_STATES, 'dynamic', 'unlisted']),
  Origin: enumValues(ORIGINS),
  Category: enumValues(CATEGORIES),
  Confidence: enumValues(CONFIDENCES),
};

/** GraphQL's names of the domain's words: capital letters, `_` for `-`. */
function enumValues(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word.toUpperCase().replaceAll('-', '_'), word]));
}

function checkCount(numbers: readonly number[]): readonly number[] {
  if (numbers.length <= LARGEST_PAGE) return numbers;
  throw new RegistryError(
    'invalid_argument',
    `Cannot answer for more than ${LARGEST_PAGE} ports at once: got ${numbers.length}`,
    { parameter: 'numbers' },
  );
}

function nullWhenNotFound<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not_found') return null;
    throw error;
  }
}
