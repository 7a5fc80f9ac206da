import { hash } from 'node:crypto';
import { html, type SafeHtml } from '@remix-run/html-template';
import { CHANGE_KINDS, describeChange, type RegistryChange, type Snapshot } from '../registry/history/history.ts';
import { assignmentSpan } from '../registry/rows/assignment.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import { address, addressWith, inForm, portAddress, serviceAddress } from './parts/address.ts';

interface Entry {
  /** What tells it from all others, for good. */
  readonly key: string;
  readonly title: string;
  /** The day of it, `YYYY-MM-DD`. */
  readonly date: string;
  readonly link: string;
  readonly summary: string;
  /** What kind of entry it is. */
  readonly terms: readonly string[];
}

/** What a feed is about. */
export interface Feed {
  readonly title: string;
  /** The address of what it lists, from the server's root on. */
  readonly here: string;
  /** The day of the latest snapshot, `YYYY-MM-DD`. */
  readonly updated: string;
}

/**
 * Writes changes as an Atom feed (RFC 4287).
 *
 * @param feed - What it is about.
 * @param changes - The changes, the latest first.
 */
export function changesAtom(feed: Feed, changes: readonly RegistryChange[]): string {
  return atom(feed, changes.map(changeEntry));
}

/**
 * Writes snapshots as an Atom feed (RFC 4287).
 *
 * @param feed - What it is about.
 * @param snapshots - The snapshots, the latest first.
 */
export function snapshotsAtom(feed: Feed, snapshots: readonly Snapshot[]): string {
  return atom(feed, snapshots.map(snapshotEntry));
}

function atom({ title, here, updated }: Feed, entries: readonly Entry[]): string {
  return withoutControls(
    String(html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${urn(here)}</id>
<title>${title}</title>
<updated>${midnight(updated)}</updated>
<author><name>Internet Assigned Numbers Authority (IANA)</name></author>
<generator>Portolan</generator>
<link rel="self" type="application/atom+xml" href="${address(inForm(here, 'atom'))}"/>
<link rel="alternate" type="text/html" href="${address(here)}"/>
${entries.map(entryElement)}</feed>
`),
  );
}

function entryElement({ key, title, date, link, summary, terms }: Entry): SafeHtml {
  return html`<entry>
<id>${urn(key)}</id>
<title>${title}</title>
<updated>${midnight(date)}</updated>
<link rel="alternate" href="${link}"/>
${terms.map((term) => html`<category term="${term}"/>`)}
<summary>${summary}</summary>
</entry>
`;
}

function changeEntry(change: RegistryChange): Entry {
  const { id, date, since, kind, serviceName, protocol, fields, before, after } = change;
  const span = assignmentSpan(change);
  const place = [span && formatSpan(span), protocol].filter((part) => part !== null).join('/');
  const name = serviceName ?? (after ?? before)?.description ?? 'a row without a name';
  const what = fields.map((field) => `${field.field}: ${field.before ?? 'none'} → ${field.after ?? 'none'}`).join('; ');
  const text = what || (after ?? before)?.description || '';
  return {
    key: `change ${id}`,
    title: `${[place, name].filter((part) => part !== '').join(' ')}: ${describeChange(change)}`,
    date,
    link: span === null ? serviceAddress(serviceName ?? '') : portAddress(span.firstPort),
    summary: `Between ${since} and ${date}${text === '' ? '' : `: ${text}`}`,
    terms: [kind],
  };
}

function snapshotEntry({ date, bundled, sha256, source, rows, comparedWith, changes }: Snapshot): Entry {
  const counts = CHANGE_KINDS.map((kind) => `${changes[kind]} ${kind}`).join(', ');
  const compared = comparedWith === null ? 'nothing to compare it with' : `since ${comparedWith}: ${counts}`;
  return {
    key: `snapshot ${date} ${sha256}`,
    title: `IANA registry of ${date}${bundled ? ' (bundled)' : ''}`,
    date,
    link: addressWith('/registry/changes', { since: comparedWith, until: date }),
    summary: `${rows} rows from ${source}; ${compared}`,
    terms: [],
  };
}

function midnight(day: string): string {
  return `${day}T00:00:00Z`;
}

/** A UUID of version 8 (RFC 9562, section 5.8) out of a text: the same one wherever the same is told. */
function urn(key: string): string {
  const hex = hash('sha256', `portolan ${key}`);
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return `urn:uuid:${[...groups, hex.slice(20, 32)].join('-')}`;
}

/** Characters that XML 1.0 (section 2.2) does not have, not even escaped. */
function withoutControls(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
