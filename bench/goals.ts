/** A goal: the least or the most that the ratio or the figure of a row may be. */
export interface Goal {
  /** The limited number: the ratio to another contender, or the figure itself. */
  readonly of: 'ratio' | 'figure';
  readonly bound: 'at least' | 'under';
  readonly limit: number;
}

/** The goals, by the name that the parts use. */
export const GOALS = {
  /** All ports are equally likely: the worst case for a cache. */
  warmAgainstBare: atLeast('ratio', 0.8),
  /** 95 % of the requests on 1,000 ports, as users ask. */
  skewedAgainstBare: atLeast('ratio', 0.9),
  coldAgainstBare: atLeast('ratio', 0.4),
  warmAgainstExpress: atLeast('ratio', 2),
  graphqlNewAgainstApollo: atLeast('ratio', 4),
  graphqlNewAgainstMercurius: atLeast('ratio', 0.9),
  graphqlNewAgainstBare: atLeast('ratio', 0.4),
  graphqlAgainstApollo: atLeast('ratio', 5),
  graphqlAgainstMercurius: atLeast('ratio', 1.2),
  graphqlAgainstBare: atLeast('ratio', 0.5),
  /** Ports a second. */
  batchJson: atLeast('figure', 50_000),
  batchCsv: atLeast('figure', 200_000),
  /** Microseconds. */
  compose: under('figure', 40),
  /** Requests a second. */
  search: atLeast('figure', 2_000),
  /** The 99th percentile of the latency against its median. */
  latency: under('ratio', 4),
  /** Megabytes of 1,000,000 bytes. */
  memory: under('figure', 250),
  /** Milliseconds. */
  start: under('figure', 700),
  import: under('figure', 1_000),
  commandLine: under('figure', 100),
  /** Lines a second. */
  annotate: atLeast('figure', 250_000),
  /** Milliseconds. */
  paint: under('figure', 100),
  busyThroughput: atLeast('ratio', 0.7),
  busyStall: under('figure', 50),
  /** Milliseconds: a step of up to 20 ms, and the lookup itself. */
  wait: under('figure', 25),
  /** Reads on a node while another one writes, against those while no node writes. */
  nodesReads: atLeast('ratio', 0.8),
  /** Reads while 500 hosts send 60 sockets a minute, against those without snapshots. */
  observedReads: atLeast('ratio', 0.9),
} as const satisfies Record<string, Goal>;

function atLeast(of: Goal['of'], limit: number): Goal {
  return { of, bound: 'at least', limit };
}

function under(of: Goal['of'], limit: number): Goal {
  return { of, bound: 'under', limit };
}

/**
 * Returns whether a goal is reached.
 *
 * @param goal - What is wanted.
 * @param value - The ratio or figure.
 */
export function isReached({ bound, limit }: Goal, value: number): boolean {
  return bound === 'at least' ? value >= limit : value < limit;
}
