import { html, type SafeHtml } from '@remix-run/html-template';
import { addressWith } from './address.ts';
import { joinWithCommas } from './facts.ts';

/** The exports of own entries for firewalls, with the labels of their links. */
const FIREWALL_EXPORTS = { nftables: 'nftables', pf: 'pf', 'opnsense-alias': 'OPNsense', plain: 'plain list' };

/** The parameters that do not select entries. */
const PLACE_PARAMETERS = ['view', 'sort', 'limit', 'offset', 'format'];

/**
 * Renders links to the exports for firewalls, of the own entries that a page lists.
 *
 * @param values - The query parameters of the page by name.
 */
export function firewallLinks(values: ReadonlyMap<string, string>): SafeHtml {
  const filters = Object.fromEntries([...values].filter(([name]) => !PLACE_PARAMETERS.includes(name)));
  return joinWithCommas(
    Object.entries(FIREWALL_EXPORTS).map(
      ([format, label]) => html`<a href="${addressWith(`/export/${format}`, filters)}">${label}</a>`,
    ),
  );
}

/** The filters of the page that both feeds have. */
const FEED_FILTERS = ['owner', 'environment'];
/** The filters of the page that the feed of changes has too. */
const CHANGE_FILTERS = [...FEED_FILTERS, 'tag', 'status', 'pool'];

/**
 * Renders links to the feeds of the own entries that a page lists.
 *
 * @param values - The query parameters of the page by name.
 */
export function feedLinks(values: ReadonlyMap<string, string>): SafeHtml {
  const link = (path: string, names: readonly string[], label: string): SafeHtml => {
    const filters = Object.fromEntries([...values].filter(([name]) => names.includes(name)));
    return html`<a href="${addressWith(path, { ...filters, format: 'atom' })}" type="application/atom+xml">${label}</a>`;
  };
  return joinWithCommas([
    link('/associations/changes', CHANGE_FILTERS, 'changes'),
    link('/conflicts', FEED_FILTERS, 'conflicts'),
  ]);
}
