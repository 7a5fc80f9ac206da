import { Option } from 'commander';
import { SEVERITIES } from '../../../registry/advice/suitability-rule.ts';
import { CONFLICT_KINDS } from '../../../registry/conflicts/conflict.ts';
import { USE_ORDERS } from '../../../registry/search/use-order.ts';
import { LARGEST_PAGE } from '../../../registry/values/page.ts';
import { EXIT } from '../../terminal/exit.ts';
import { FORMATS, OWN_FILTER_FLAGS, PAGE, PROTOCOL, type QueryCommand, toSearchParams } from '../query-flags.ts';

/** `portolan own check`. */
export const OWN_CHECK: QueryCommand = {
  usage: 'check',
  description: 'list the conflicts of own entries; exit code 1 for those to avoid',
  flags: [
    new Option('--kind <kind>', 'only conflicts of this kind').choices(CONFLICT_KINDS),
    new Option('--severity <severity>', 'only conflicts of this severity').choices(SEVERITIES),
    PROTOCOL,
    new Option('--owner <owner>', 'only conflicts with an entry of this owner'),
    new Option('--environment <name>', 'only conflicts with an entry of this environment'),
    new Option('--limit <count>', 'how many conflicts, 1-1000 (default: 1000)'),
  ],
  formats: FORMATS,
  examples: ['portolan own check', 'portolan own check --severity avoid --owner payments --json'],
  unansweredCode: EXIT.unanswered,
  toRequest: (_words, flags) => ({
    kind: 'conflicts',
    path: '/conflicts',
    parts: {},
    query: toSearchParams({ limit: String(LARGEST_PAGE), ...flags }),
  }),
};

/** The command that lists own entries: `own list`. */
export const OWN_LIST: QueryCommand = {
  usage: 'list',
  description: 'list own entries',
  flags: [
    ...OWN_FILTER_FLAGS,
    new Option('--sort <order>', 'the order; - in front reverses (default: port)').choices(USE_ORDERS),
    ...PAGE,
  ],
  formats: FORMATS,
  examples: ['portolan own list --owner payments', 'portolan own list --pool payments --sort -reviewBy --csv'],
  toRequest: (_words, flags) => ({
    kind: 'associations',
    path: '/associations',
    parts: {},
    query: toSearchParams(flags, { origin: 'own' }),
  }),
};
