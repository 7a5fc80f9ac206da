import { Option } from 'commander';
import { CATEGORIES, ENTRY_STATUSES } from '../../registry/rows/association.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import type { Format, ResourceRequest } from '../actions/query.ts';

/** The values of flags, by the name of their query parameter. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** A command that requests one REST resource. */
export interface QueryCommand {
  readonly usage: string;
  readonly description: string;
  /** Flags that set the query parameters of the same name. */
  readonly flags: readonly Option[];
  /** The formats of `--format`; the first is the default. */
  readonly formats: readonly Format[];
  /** Command lines for the help. */
  readonly examples: readonly string[];
  /** The exit code when there is no answer; `EXIT.failed` by default. */
  readonly unansweredCode?: number;
  /** Converts the arguments and flags into a request. */
  readonly toRequest: (words: readonly string[], flags: Flags) => ResourceRequest;
}

/** The formats of most commands. */
export const FORMATS: readonly Format[] = ['text', 'json', 'csv'];

/** The help of `--prefer`. */
export const PREFER = 'the origins whose names come first, such as iana,own,informal (default: own)';

/** The flag `--protocol`. */
export const PROTOCOL = new Option('--protocol <protocol>', 'only this protocol').choices(TRANSPORT_PROTOCOLS);
/** The flag `--as-of`. */
export const AS_OF = new Option('--as-of <day>', 'the official rows as of a day, YYYY-MM-DD');
/** The flag `--environment` of advice. */
export const ENVIRONMENT = new Option('--environment <name>', 'ignore own entries of other environments');
/** The flags of lists. */
export const PAGE = [
  new Option('--limit <count>', 'how many results, 1-1000 (default: 50)'),
  new Option('--offset <count>', 'how many results to skip'),
];

/** The flags of all lists of own entries. */
export const OWNED_BY = [
  new Option('--owner <name>', 'only entries of this owner'),
  new Option('--environment <name>', 'only entries of this environment'),
  new Option('--tag <tag>', 'only entries with this tag'),
  new Option('--pool <name>', 'only entries with ports and protocols of this pool'),
];

/** The flags that select own entries. */
export const OWN_FILTER_FLAGS: readonly Option[] = [
  ...OWNED_BY,
  new Option('--status <status>', 'only entries with this status').choices(ENTRY_STATUSES),
  new Option('--category <category>', 'only entries of this kind').choices(CATEGORIES),
  new Option('--port <port>', 'only entries that contain this port'),
  PROTOCOL,
  new Option('--service <name>', 'only entries with this name'),
  new Option('--q <words>', 'only entries with these words'),
];

/**
 * Converts flags to query parameters.
 *
 * @param flags - The flags.
 * @param first - Parameters that precede them.
 */
export function toSearchParams(flags: Flags, first: Readonly<Record<string, string>> = {}): URLSearchParams {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return new URLSearchParams([
    ...Object.entries(first),
    ...given.map(([name, value]): [string, string] => [name, String(value)]),
  ]);
}
