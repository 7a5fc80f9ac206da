import { parseArgs } from 'node:util';

/** The options of a run. */
export interface Options {
  /** The parts to run, in this order. */
  readonly parts: readonly string[];
  /** The number of turns of every contender. */
  readonly rounds: number;
  /** The duration of a turn, in seconds. */
  readonly seconds: number;
  /** The number of concurrent connections. */
  readonly connections: number;
  /** True skips what takes minutes: the warm-up with all ports, and the database with a hundred times the rows. */
  readonly quick: boolean;
}

const FULL = { rounds: 5, seconds: 8 } as const;
const QUICK = { rounds: 2, seconds: 2 } as const;

/** The number of connections that the goal for latency is stated for. */
const CONNECTIONS = 32;

/**
 * Parses the command line.
 *
 * @param args - The arguments, without the name of the program.
 * @param known - The names of all parts.
 * @throws {Error} When an option or a part is unknown, or a number is invalid.
 */
export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      connections: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((part) => !known.includes(part));
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}": expected one of ${known.join(', ')}`);
  const defaults = values.quick ? QUICK : FULL;
  return {
    parts: positionals.length === 0 ? known : positionals,
    rounds: parseCount('rounds', values.rounds, defaults.rounds),
    seconds: parseCount('seconds', values.seconds, defaults.seconds),
    connections: parseCount('connections', values.connections, CONNECTIONS),
    quick: values.quick,
  };
}

function parseCount(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(`Cannot parse --${option} "${text}": expected an integer from 1 to 9999`);
}
