import { html, type SafeHtml } from '@remix-run/html-template';
import {
  type EphemeralRange,
  type EphemeralSpan,
  mergeEqualRanges,
  OWN_SYSTEM,
} from '../../registry/rows/ephemeral-range.ts';
import { formatSpan, PORT_RANGES, type PortSpan } from '../../registry/values/port-range.ts';
import { address } from '../parts/address.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** The systems whose ranges are not collapsed, with their short titles. Systems with equal ranges share a chip. */
const CHIPS: Readonly<Record<string, string>> = {
  linux: 'Linux',
  macos: 'macOS',
  windows: 'Windows',
  freebsd: 'FreeBSD',
  kubernetes: 'NodePort',
};

/** A port interval that can be outlined on the chart. */
interface Overlay extends PortSpan {
  /** The names in the fragment of the page's address, the best first. */
  readonly keys: readonly string[];
  /** The title on the chart. */
  readonly title: string;
  /** The title of its chip; empty for a range that is collapsed. */
  readonly chip: string;
  /** True for an ephemeral range. */
  readonly isEphemeral: boolean;
}

/**
 * Renders the checkboxes of the port intervals that the chart can outline: those of common systems as chips, the others collapsed.
 * A script shows the chip of the ports on which hosts listen to readers with a token.
 *
 * @param ephemeralRanges - The ephemeral ranges of all systems and versions.
 */
export function chartOverlays(ephemeralRanges: readonly EphemeralRange[]): SafeHtml {
  const current = ephemeralRanges.filter((range) => range.current);
  const ranges = mergeEqualRanges(current)
    .map((range) => toOverlay(range, current))
    .sort((a, b) => a.firstPort - b.firstPort || a.lastPort - b.lastPort);
  const place = ({ keys: [key = ''] }: Overlay): number => Object.keys(CHIPS).indexOf(key);
  const chips = ranges.filter(({ chip }) => chip !== '').sort((a, b) => place(a) - place(b));
  return html`<div class="chart-overlays">
<fieldset class="chips"><legend>Outline the ports of</legend>
${chips.map(
  (range) => html`<label>${box(range)} ${range.chip}</label>
`,
)}<label hidden><input type="checkbox" data-keys="observed" data-hosts="${address('/chart.bin?observed=true')}"> Seen on our hosts</label>
</fieldset>
<details><summary>More ranges</summary>
${group('Ranges of RFC 6335', rfcRanges())}
${group(
  'Ephemeral ranges',
  ranges.filter(({ chip }) => chip === ''),
)}
</details>
</div>`;
}

function group(title: string, overlays: readonly Overlay[]): SafeHtml {
  return html`<fieldset class="overlays"><legend>${title}</legend>
${overlays.map(
  (
    overlay,
  ) => html`<label>${box(overlay)} ${renderUntrusted(overlay.title)} <span class="ports">${formatSpan(overlay)}</span></label>
`,
)}</fieldset>`;
}

function box({ keys, title, firstPort, lastPort, isEphemeral }: Overlay): SafeHtml {
  return html`<input type="checkbox" data-keys="${keys.join(' ')}" data-first="${firstPort}" data-last="${lastPort}" data-title="${title}"${isEphemeral ? html` data-system` : ''}>`;
}

function rfcRanges(): Overlay[] {
  return PORT_RANGES.map(({ name, title, firstPort, lastPort }) => {
    return { keys: [name], title, chip: '', firstPort, lastPort, isEphemeral: false };
  });
}

/** Returns the overlay of a range that one or more systems have. */
function toOverlay({ title, firstPort, lastPort }: EphemeralSpan, current: readonly EphemeralRange[]): Overlay {
  const span = { firstPort, lastPort };
  const same = current.filter((range) => formatSpan(range) === formatSpan(span)).map(({ system }) => system);
  const common = Object.keys(CHIPS).filter((system) => same.includes(system));
  const others = same.filter((system) => system !== OWN_SYSTEM && !common.includes(system));
  const keys = [...common, ...others, formatSpan(span)];
  return { ...span, keys, title, chip: common.map((system) => CHIPS[system]).join(', '), isEphemeral: true };
}
