import { ACTION_WORDS } from '../registry/audit-description.ts';
import type { Conflict } from '../registry/conflicts/conflict.ts';
import type { EntryChange } from '../registry/own/own-change.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import type { Steps } from '../registry/values/run-step.ts';
import { atom, type Entry, type Feed } from './atom.ts';
import { addressWith, portAddress } from './parts/address.ts';

/**
 * Renders changes of own entries as an Atom feed (RFC 4287).
 *
 * @param feed - The metadata of the feed.
 * @param changes - The changes, the newest first.
 */
export function ownChangesAtom(feed: Feed, changes: readonly EntryChange[]): Steps<string> {
  return atom(feed, changes, changeEntry);
}

/**
 * Renders conflicts of own entries as an Atom feed (RFC 4287).
 *
 * @param feed - The metadata of the feed.
 * @param conflicts - The conflicts, the newest first, each with its time, in UTC, ISO 8601.
 */
export function conflictsAtom(feed: Feed, conflicts: readonly (readonly [Conflict, string])[]): Steps<string> {
  return atom(feed, conflicts, conflictEntry);
}

function changeEntry({ id, at, action, entry, changes }: EntryChange): Entry {
  return {
    key: `own change ${id} ${at} ${entry.id}`,
    title: `${entry.name} ${formatSpan(entry)}/${entry.protocols.join(',')}: ${ACTION_WORDS[action]}`,
    at,
    // The page of the entry ends with the entry.
    link: portAddress(entry.firstPort),
    summary: changes.join('\n'),
    terms: [action],
  };
}

function conflictEntry([conflict, at]: readonly [Conflict, string]): Entry {
  const { kind, severity, detail, remedy, protocol, entries, entryCount } = conflict;
  const place = `${formatSpan(conflict)}${protocol === null ? '' : `/${protocol}`}`;
  const names = entries.map(({ name }) => name);
  const others = entryCount - 1;
  const what = others === 0 ? names[0] : `${names[0]} and ${others === 1 ? names[1] : `${others} others`}`;
  return {
    // With the entries: a further entry is another conflict.
    key: `conflict ${[kind, place, ...entries.map((entry) => entry.id)].join(' ')}`,
    title: `${place} ${what}: ${kind.replaceAll('_', ' ')}`,
    at,
    link: addressWith('/conflicts', { kind }),
    summary: `${detail} ${remedy}`,
    terms: [severity, kind],
  };
}
