import { parseArgs } from 'node:util';

/** How much is measured, and how long. */
export interface Options {
  /** The parts to run, in this order. */
  readonly parts: readonly string[];
  /** How often every contender has its turn. */
  readonly rounds: number;
  /** How long a turn is, in seconds. */
  readonly seconds: number;
  /** How many connections ask at the same time. */
  readonly connections: number;
  /** Leaves out what takes minutes: asking for all ports beforehand, a hundred times the rows. */
  readonly quick: boolean;
}

const FULL = { rounds: 5, seconds: 8 } as const;
const QUICK = { rounds: 2, seconds: 2 } as const;

/** As many connections as the goal for the latency names. */
const CONNECTIONS = 32;

/**
 * Reads the command line.
 *
 * @param args - What stands behind the program's name.
 * @param known - The names of all parts.
 * @throws {Error} When an option or a part is unknown, or a number is none.
 */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
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
  const usual = values.quick ? QUICK : FULL;
  return {
    parts: positionals.length === 0 ? known : positionals,
    rounds: readCount('rounds', values.rounds, usual.rounds),
    seconds: readCount('seconds', values.seconds, usual.seconds),
    connections: readCount('connections', values.connections, CONNECTIONS),
    quick: values.quick,
  };
}

function readCount(option: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(`Cannot parse --${option} "${text}": expected an integer from 1 to 9999`);
}
