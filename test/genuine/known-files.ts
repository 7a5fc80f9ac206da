/** The content of a genuine file: `README.md` beside the files, and `grammar.md` for the states of rows without a name. */
export interface Known {
  readonly sha256: string;
  readonly rows: number;
  /** Rows by transport protocol; the empty key counts those without one. */
  readonly protocols: Readonly<Record<string, number>>;
  readonly nameless: number;
  readonly portless: number;
  readonly ranges: number;
  readonly singlePorts: number;
  readonly coveredPorts: number;
  /** States of the rows without a service name. */
  readonly states: Readonly<Record<string, number>>;
  /** Historic aliases. */
  readonly aliases: number;
}

/** The files, by the newest date in them. */
export const KNOWN_FILES: Readonly<Record<string, Known>> = {
  '2014-07-09': {
    sha256: 'b7a14762280109ef6144c69bfd5710617143d2451a2ddfa06257be813a9512d8',
    rows: 13521,
    protocols: { tcp: 6099, udp: 6002, sctp: 63, dccp: 9, '': 1348 },
    nameless: 1347,
    portless: 786,
    ranges: 672,
    singlePorts: 5948,
    coveredPorts: 49150,
    states: { assigned: 14, recorded: 1, reserved: 543, deregistered: 11, unassigned: 778 },
    aliases: 186,
  },
  '2020-07-14': {
    sha256: '9b599434c8ebadf126e5db7029105dfa2e55dc864ea3d7efaf25b25673610afb',
    rows: 14232,
    protocols: { tcp: 6458, udp: 6251, sctp: 80, dccp: 11, '': 1432 },
    nameless: 1625,
    portless: 964,
    ranges: 740,
    singlePorts: 6181,
    coveredPorts: 49152,
    states: { assigned: 14, recorded: 1, reserved: 741, deregistered: 11, unassigned: 858 },
    aliases: 184,
  },
  '2024-04-30': {
    sha256: 'd1ea79853bd07a725aeac3c27c40bfa17642f4512b26702d8554d9f57a40c311',
    rows: 14447,
    protocols: { tcp: 6562, udp: 6329, sctp: 92, dccp: 11, '': 1453 },
    nameless: 1692,
    portless: 1039,
    ranges: 756,
    singlePorts: 6240,
    coveredPorts: 49152,
    states: { assigned: 14, recorded: 1, reserved: 787, deregistered: 11, unassigned: 879 },
    aliases: 184,
  },
  '2026-04-09': {
    sha256: 'b27a00f94cabd719b9c29f1ff1ffc92be84d708282015dc8b933ee8574c8b884',
    rows: 14512,
    protocols: { tcp: 6593, udp: 6351, sctp: 93, dccp: 11, '': 1464 },
    nameless: 1722,
    portless: 1058,
    ranges: 763,
    singlePorts: 6259,
    coveredPorts: 49152,
    states: { assigned: 14, recorded: 1, reserved: 810, deregistered: 11, unassigned: 886 },
    aliases: 184,
  },
};
