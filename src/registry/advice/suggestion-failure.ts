import { PORT_COUNT } from '../values/port-number.ts';
import { formatSpan, type PortSpan, spanWidth } from '../values/port-range.ts';
import type { SuggestionQuestion } from './advice-question.ts';
import { EXCLUSION_REASONS, type ExclusionMask, type ExclusionReason } from './port-masks.ts';
import type { PortSet } from './port-preference.ts';

/** The titles of the reasons, in the count of excluded ports. */
const TITLES: Readonly<Record<ExclusionReason, string>> = {
  linux: "Linux's ephemeral range",
  windows: "Windows' ephemeral range",
  macos: "macOS' ephemeral range",
  kubernetes: "Kubernetes' NodePort range",
  browsers: 'blocked by browsers',
  own: 'own ephemeral ranges',
  assigned: 'assigned',
  own_use: 'own uses and pools',
  observed_use: 'observed uses',
  reserved: 'reserved',
  dynamic_range: 'Dynamic Ports',
  blocked_by_browsers: 'blocked by browsers',
  assigned_other_protocol: 'assigned on another protocol',
  recorded: 'recorded',
  deregistered: 'recently deregistered',
  system_range: 'System Ports',
  ephemeral: 'ephemeral ranges',
  nodeport: 'NodePort range',
  informal_use: 'informal uses',
  wide_informal_use: 'wide informal uses',
  neighbour: 'neighbours',
  quarantine: 'released recently',
};

/** The intermediate result of a choice of ports. */
export interface PortSelection {
  /** The ports of the requested pool or range. */
  readonly candidates: PortSet;
  /** The suitable ports among them. */
  readonly suitable: PortSet;
  /** The reasons against each port. */
  readonly mask: ExclusionMask;
  /** The bitmask of the reasons that exclude a port. */
  readonly excludingBits: number;
}

/**
 * Explains why fewer ports were found than asked for. The reason that excludes the most ports comes first.
 *
 * @param question - The conditions.
 * @param selection - The intermediate result.
 */
export function suggestionFailure(question: SuggestionQuestion, selection: PortSelection): string {
  const { candidates, suitable } = selection;
  if (!candidates.includes(1)) return 'No port of the pool is in the requested range.';
  const causes = countReasons(selection).map(({ reason, ports }) => `${TITLES[reason]} (${ports})`);
  const block = question.consecutive ? `, ${longestBlock(suitable)}` : '';
  const excluded = causes.length === 0 ? '' : ` Excluded: ${causes.join(', ')}.`;
  return `${sizeOf(suitable)} of ${sizeOf(candidates)} ports are suitable${block}; requested: ${question.count}.${excluded}`;
}

/** Counts the ports that each reason excludes, the most first. Several reasons may exclude one port. */
function countReasons({
  candidates,
  mask,
  excludingBits,
}: PortSelection): { reason: ExclusionReason; ports: number }[] {
  const counts = EXCLUSION_REASONS.map((reason) => ({ reason, ports: 0 }));
  for (let port = 0; port < PORT_COUNT; port++) {
    if (candidates[port] !== 1) continue;
    // Each round clears the lowest bit.
    for (let bits = (mask[port] ?? 0) & excludingBits; bits !== 0; bits &= bits - 1) {
      const count = counts[31 - Math.clz32(bits & -bits)];
      if (count !== undefined) count.ports++;
    }
  }
  return counts.filter(({ ports }) => ports > 0).sort((a, b) => b.ports - a.ports);
}

function longestBlock(suitable: PortSet): string {
  let best: PortSpan | undefined;
  let firstPort = 0;
  for (const [port, isSuitable] of suitable.entries()) {
    if (isSuitable === 0) firstPort = port + 1;
    else if (best === undefined || port - firstPort > spanWidth(best)) best = { firstPort, lastPort: port };
  }
  return best === undefined ? 'none in a row' : `at most ${spanWidth(best) + 1} in a row (${formatSpan(best)})`;
}

function sizeOf(ports: PortSet): number {
  return ports.reduce((size, isMember) => size + isMember, 0);
}
