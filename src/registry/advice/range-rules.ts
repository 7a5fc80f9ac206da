import type { EphemeralRange } from '../rows/ephemeral-range.ts';
import { contains, formatSpan, rangeOf } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { PortView } from './advice-facts.ts';
import { AVOID_OPTIONS, type AvoidOption } from './advice-question.ts';
import { NODEPORT_SYSTEMS, STATIC_BAND_SOURCE, staticBand } from './nodeport-band.ts';
import { type Finding, type Rule, WEIGHTS } from './suitability-rule.ts';

/** A finding on the range of one system, without its severity. */
type RangeFinding = Pick<Finding, 'detail' | 'source' | 'weight'>;

/** Instructions to exclude one port from a system's range. Other systems can only change the whole range. */
const EXCLUSIONS: Readonly<Record<string, (port: number, protocol: TransportProtocol | null) => string>> = {
  linux: (port) =>
    `To keep it out, set net.ipv4.ip_local_reserved_ports=${port} with sysctl, in addition to the ports already listed there.`,
  windows: (port, protocol) =>
    `To keep it out: netsh int ipv4 add excludedportrange protocol=${protocol === 'udp' ? 'udp' : 'tcp'} startport=${port} numberofports=1 store=persistent.`,
};

/** The rules on ranges: of RFC 6335, of operating systems, of browsers. */
export const RANGE_RULES: readonly Rule[] = [
  {
    code: 'system_range',
    reads: 'number',
    find: inRange('system', {
      severity: 'caution',
      detail: () =>
        'It lies in the System Ports 0-1023, which IANA keeps for standards; on most systems a program needs privileges to listen there.',
    }),
  },
  {
    code: 'dynamic_range',
    reads: 'number',
    find: inRange('dynamic', {
      severity: 'avoid',
      detail: () =>
        'It lies in the Dynamic Ports 49152-65535, which are never assigned: any program may take any of them for a while, so no service can rely on one.',
    }),
  },
  {
    code: 'ephemeral',
    reads: 'ephemeralRanges',
    find: (view, { protocol }) =>
      systemFindings(
        view.ephemeralRanges.filter(({ system }) => !NODEPORT_SYSTEMS.includes(system)),
        (range) => ({
          detail: () =>
            [
              `${range.title} uses ${formatSpan(range)} for outgoing connections, so the port may be in use when the service starts.`,
              EXCLUSIONS[range.system]?.(view.number, protocol) ?? change(range),
            ].join(' '),
          source: range.source.title,
        }),
        'It lies in ephemeral ranges of other systems or older versions',
      ),
  },
  {
    code: 'nodeport',
    reads: 'ephemeralRanges',
    find: (view) =>
      systemFindings(
        view.ephemeralRanges.filter(({ system }) => NODEPORT_SYSTEMS.includes(system)),
        (range) => nodePort(view.number, range),
        'It lies in the NodePort range of other systems',
      ),
  },
  {
    code: 'blocked_by_browsers',
    reads: 'blockedPorts',
    find: ({ isBlocked }) =>
      isBlocked
        ? [
            {
              severity: 'avoid',
              detail: () => 'Browsers do not connect to it: it is one of the bad ports.',
              source: 'WHATWG Fetch standard',
              avoidOption: 'browsers',
            },
          ]
        : [],
  },
];

function inRange(name: ReturnType<typeof rangeOf>['name'], finding: Omit<Finding, 'source'>): Rule['find'] {
  return ({ number }: PortView) => {
    const range = rangeOf(number);
    return range.name === name ? [{ ...finding, source: range.reference }] : [];
  };
}

/** Returns one finding for each current range of a system with an option, and one for all other ranges. */
function systemFindings(
  ranges: readonly EphemeralRange[],
  describe: (range: EphemeralRange) => RangeFinding,
  othersText: string,
): Finding[] {
  const others = ranges.filter((range) => !isAvoidable(range));
  const findings = ranges.filter(isAvoidable).map((range): Finding => {
    const avoidOption = avoidOptionOf(range.system);
    const finding = { ...describe(range), severity: 'caution' } as const;
    return avoidOption === undefined ? finding : { ...finding, avoidOption };
  });
  if (others.length === 0) return findings;
  const titles = (): string => others.map((range) => titled(range)).join('; ');
  const source = [...new Set(others.map((range) => range.source.title))].join('; ');
  return [...findings, { severity: 'info', detail: () => `${othersText}: ${titles()}.`, source }];
}

function nodePort(port: number, range: EphemeralRange): RangeFinding {
  const band = staticBand(range);
  const sentence = `Kubernetes gives a port of ${formatSpan(range)} to each Service of type NodePort, on every node.`;
  if (band === null || !contains(band, port)) {
    const detail = (): string => `${sentence} ${change(range)}`;
    return { detail, source: range.source.title, weight: WEIGHTS.dynamicNodePort };
  }
  const rare = `It assigns ${formatSpan(band)} by itself only when all others are in use.`;
  return {
    detail: () => `${sentence} ${rare} ${change(range)}`,
    source: `${range.source.title}; ${STATIC_BAND_SOURCE}`,
  };
}

/**
 * Returns whether a range is a current one of the systems that suggestions avoid.
 *
 * @param range - The range.
 */
export function isAvoidable({ system, current }: EphemeralRange): boolean {
  return current && avoidOptionOf(system) !== undefined;
}

/** Returns the option for the current ranges of a system: it has the same name. */
function avoidOptionOf(system: string): AvoidOption | undefined {
  return AVOID_OPTIONS.find((option) => option === system);
}

function titled(range: EphemeralRange): string {
  const version = range.version === null ? '' : `, ${range.version}`;
  return `${range.title}${version} (${formatSpan(range)})`;
}

function change({ howToChange, howToRead }: EphemeralRange): string {
  if (howToChange !== null) return `The range can be changed, for example: ${howToChange}.`;
  return howToRead === null
    ? 'Keep it out of the range on those hosts, or change the range.'
    : `To see the range in force: ${howToRead}.`;
}
