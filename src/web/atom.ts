import { hash } from 'node:crypto';
import { html, type SafeHtml } from '@remix-run/html-template';
import type { AuditEvent, AuditRow } from '../registry/audit.ts';
import {
  ACTION_WORDS,
  countWrites,
  describeChanges,
  describeCounts,
  describeSubject,
} from '../registry/audit-description.ts';
import { CHANGE_KINDS, describeChange, type RegistryChange, type Snapshot } from '../registry/history/history.ts';
import { assignmentSpan } from '../registry/rows/assignment.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import { mapInSteps, type Steps } from '../registry/values/run-step.ts';
import { addressWith, portAddress, serviceAddress, withFormat } from './parts/address.ts';

/** An entry of a feed. */
export interface Entry {
  /** A permanent key, unique among all entries. */
  readonly key: string;
  readonly title: string;
  /** The time, in UTC, ISO 8601. */
  readonly at: string;
  readonly link: string;
  readonly summary: string;
  /** The categories of the entry. */
  readonly terms: readonly string[];
}

/** The metadata of a feed. */
export interface Feed {
  readonly title: string;
  /** Path and query of the list behind the feed, with the base path. */
  readonly here: string;
  /** The time of the latest entry, in UTC, ISO 8601. */
  readonly updated: string;
  readonly author: string;
}

/**
 * Renders changes as an Atom feed (RFC 4287).
 *
 * @param feed - The metadata of the feed.
 * @param changes - The changes, the latest first.
 */
export function changesAtom(feed: Feed, changes: readonly RegistryChange[]): Steps<string> {
  return atom(feed, changes, changeEntry);
}

/**
 * Renders snapshots as an Atom feed (RFC 4287).
 *
 * @param feed - The metadata of the feed.
 * @param snapshots - The snapshots, the latest first.
 */
export function snapshotsAtom(feed: Feed, snapshots: readonly Snapshot[]): Steps<string> {
  return atom(feed, snapshots, snapshotEntry);
}

/**
 * Renders the events of the audit log as an Atom feed (RFC 4287).
 *
 * @param feed - The metadata of the feed.
 * @param events - The events, the latest first.
 */
export function auditAtom(feed: Feed, events: readonly AuditEvent[]): Steps<string> {
  return atom(feed, events, eventEntry);
}

/**
 * Renders a feed (RFC 4287).
 *
 * @param feed - The metadata of the feed.
 * @param items - The items of the list.
 * @param toEntry - Returns the entry of an item.
 */
export function* atom<Item>(
  { title, here, updated, author }: Feed,
  items: readonly Item[],
  toEntry: (item: Item) => Entry,
): Steps<string> {
  const entries = yield* mapInSteps(items, (item) => replaceControls(String(entryElement(toEntry(item)))));
  const head = String(html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${urn(here)}</id>
<title>${title}</title>
<updated>${updated}</updated>
<author><name>${author}</name></author>
<generator>Portolan</generator>
<link rel="self" type="application/atom+xml" href="${withFormat(here, 'atom')}"/>
<link rel="alternate" type="text/html" href="${here}"/>
`);
  return `${replaceControls(head)}${entries.join('')}</feed>\n`;
}

function entryElement({ key, title, at, link, summary, terms }: Entry): SafeHtml {
  return html`<entry>
<id>${urn(key)}</id>
<title>${title}</title>
<updated>${at}</updated>
<link rel="alternate" href="${link}"/>
${terms.map((term) => html`<category term="${term}"/>`)}
<summary>${summary}</summary>
</entry>
`;
}

function changeEntry(change: RegistryChange): Entry {
  const { id, date, since, kind, serviceName, protocol, fields, before, after } = change;
  const span = assignmentSpan(change);
  const ports = [span && formatSpan(span), protocol].filter((part) => part !== null).join('/');
  const name = serviceName ?? (after ?? before)?.description ?? 'a row without a name';
  const fieldChanges = fields
    .map((field) => `${field.field}: ${field.before ?? 'none'} → ${field.after ?? 'none'}`)
    .join('; ');
  const text = fieldChanges || (after ?? before)?.description || '';
  return {
    key: `change ${id}`,
    title: `${[ports, name].filter((part) => part !== '').join(' ')}: ${describeChange(change)}`,
    at: midnight(date),
    link: span === null ? serviceAddress(serviceName ?? '') : portAddress(span.firstPort),
    summary: `Between ${since} and ${date}${text === '' ? '' : `: ${text}`}`,
    terms: [kind],
  };
}

function snapshotEntry({ date, bundled, sha256, source, rows, comparedWith, changes }: Snapshot): Entry {
  const counts = CHANGE_KINDS.map((kind) => `${changes[kind]} ${kind}`).join(', ');
  const compared = comparedWith === null ? 'no earlier snapshot' : `since ${comparedWith}: ${counts}`;
  return {
    key: `snapshot ${date} ${sha256}`,
    title: `IANA registry of ${date}${bundled ? ' (bundled)' : ''}`,
    at: midnight(date),
    link: addressWith('/registry/changes', { since: comparedWith, until: date }),
    summary: `${rows} rows from ${source}; ${compared}`,
    terms: [],
  };
}

/** Describes the writes of an event, of which the feed has the first ones, and the head of the hash chain after it. */
function eventEntry({ event, at, token, counts, writes, hash }: AuditEvent): Entry {
  const [first] = writes as readonly [AuditRow];
  const { action, key } = first;
  const count = countWrites(counts);
  const subjects = writes.map((write) => {
    const changes = describeChanges(write);
    return `${ACTION_WORDS[write.action]} ${describeSubject(write)}${changes.length === 0 ? '' : ` (${changes.join('; ')})`}`;
  });
  const others = count > writes.length ? [`and ${count - writes.length} more`] : [];
  return {
    key: `audit ${hash}`,
    title: `${token}: ${count > 1 ? describeCounts(counts) : `${ACTION_WORDS[action]} ${describeSubject(first)}`}`,
    at,
    link: addressWith('/audit', count > 1 ? { event } : { id: key }),
    summary: `${[...subjects, ...others].join('\n')}\nHead of the hash chain: ${hash}`,
    terms: [...new Set(writes.map((write) => write.action))],
  };
}

/**
 * Returns the first moment of a day in UTC, ISO 8601.
 *
 * @param day - The day, `YYYY-MM-DD`.
 */
export function midnight(day: string): string {
  return `${day}T00:00:00Z`;
}

/** Derives a UUID of version 8 (RFC 9562, section 5.8) from a key: equal keys give equal UUIDs on every server. */
function urn(key: string): string {
  const hex = hash('sha256', `portolan ${key}`);
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return `urn:uuid:${[...groups, hex.slice(20, 32)].join('-')}`;
}

/** Replaces characters that XML 1.0 (section 2.2) does not allow, not even escaped. */
function replaceControls(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
