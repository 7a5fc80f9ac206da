import { PORT_COUNT } from '../values/port-number.ts';
import { formatSpan, type PortSpan, spanWidth } from '../values/port-range.ts';
import type { SuggestionQuestion } from './advice-question.ts';
import { EXCLUSION_REASONS, type ExclusionMask, type ExclusionReason } from './exclusion-masks.ts';
import type { PortSet } from './port-preference.ts';

/** What each hindrance is called where ports are counted that it rules out. */
const TITLES: Readonly<Record<ExclusionReason, string>> = {
  linux: "Linux's ephemeral range",
  windows: "Windows' ephemeral range",
  macos: "macOS' ephemeral range",
  kubernetes: "Kubernetes' NodePort range",
  browsers: 'blocked by browsers',
  own: 'own ephemeral ranges',
  assigned: 'assigned',
  own_use: 'own uses and pools',
  reserved: 'reserved',
  dynamic_range: 'Dynamic Ports',
  blocked_by_browsers: 'blocked by browsers',
  assigned_other_protocol: 'assigned on another protocol',
  recorded: 'recorded',
  deregistered: 'deregistered of late',
  system_range: 'System Ports',
  ephemeral: 'ephemeral ranges',
  nodeport: 'NodePort range',
  informal_use: 'informal uses',
  wide_informal_use: 'wide informal uses',
  neighbour: 'neighbours',
};

/** What was found while ports were chosen. */
export interface Search {
  /** The ports that were asked about. */
  readonly asked: PortSet;
  /** Those of them that suit. */
  readonly good: PortSet;
  readonly ink: ExclusionMask;
  /** The bits that count. */
  readonly counted: number;
}

/**
 * Says why fewer ports were found than asked for, with what rules out the most first.
 *
 * @param question - The question.
 * @param search - What was found.
 */
export function suggestionFailure(question: SuggestionQuestion, search: Search): string {
  const { asked, good } = search;
  if (!asked.includes(1)) return 'No port of the pool lies in the range asked for.';
  const causes = countHindrances(search).map(({ hindrance, ports }) => `${TITLES[hindrance]} (${ports})`);
  const block = question.consecutive ? `, ${longestBlock(good)}` : '';
  const ruledOut = causes.length === 0 ? '' : ` Ruled out: ${causes.join(', ')}.`;
  return `${sizeOf(good)} of ${sizeOf(asked)} ports suit${block}; ${question.count} were asked for.${ruledOut}`;
}

/** How many ports each hindrance rules out, most first; a port may be ruled out by several. */
function countHindrances({ asked, ink, counted }: Search): { hindrance: ExclusionReason; ports: number }[] {
  const counts = EXCLUSION_REASONS.map((hindrance) => ({ hindrance, ports: 0 }));
  for (let port = 0; port < PORT_COUNT; port++) {
    if (asked[port] !== 1) continue;
    // The lowest bit is taken away each time.
    for (let bits = (ink[port] ?? 0) & counted; bits !== 0; bits &= bits - 1) {
      const count = counts[31 - Math.clz32(bits & -bits)];
      if (count !== undefined) count.ports++;
    }
  }
  return counts.filter(({ ports }) => ports > 0).sort((a, b) => b.ports - a.ports);
}

function longestBlock(good: PortSet): string {
  let best: PortSpan | undefined;
  let firstPort = 0;
  for (const [port, isGood] of good.entries()) {
    if (isGood === 0) firstPort = port + 1;
    else if (best === undefined || port - firstPort > spanWidth(best)) best = { firstPort, lastPort: port };
  }
  return best === undefined ? 'none in a row' : `at most ${spanWidth(best) + 1} in a row (${formatSpan(best)})`;
}

function sizeOf(ports: PortSet): number {
  return ports.reduce((size, isThere) => size + isThere, 0);
}
