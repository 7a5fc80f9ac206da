import { DRIFT_WORDS, type Drift } from '../registry/observed/drift.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import type { Steps } from '../registry/values/run-step.ts';
import { atom, type Entry, type Feed } from './atom.ts';
import { addressWith } from './parts/address.ts';

/**
 * Renders drift as an Atom feed (RFC 4287).
 *
 * @param feed - The metadata of the feed.
 * @param drift - The results, the newest first.
 */
export function driftAtom(feed: Feed, drift: readonly Drift[]): Steps<string> {
  return atom(feed, drift, driftEntry);
}

function driftEntry({ kind, detail, host, port, lastPort, protocol, entry, ...drift }: Drift): Entry {
  const span = formatSpan({ firstPort: port, lastPort });
  const place = protocol === null ? span : `${span}/${protocol}`;
  const what = entry?.name ?? drift.processes.join(', ');
  // A result that returns later is another one. One that stays keeps its key, even when the name of its process becomes known.
  const subject = [kind, host, place, entry?.id, drift.pool, ...drift.missingHosts, drift.since];
  return {
    key: `drift ${subject.join(' ')}`,
    title: `${[host, place, what].filter(Boolean).join(' ')}: ${DRIFT_WORDS[kind]}`,
    at: drift.since,
    link: addressWith('/drift', { kind, host }),
    summary: detail,
    terms: [kind],
  };
}
