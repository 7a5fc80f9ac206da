import type { Association } from '../rows/association.ts';
import { dayIn } from '../values/day.ts';
import type { PortSpan } from '../values/port-range.ts';
import { perVersionInSteps, type SteppedValue, type VersionSource } from '../values/registry-version.ts';
import type { Steps } from '../values/run-step.ts';

/** The most releases that are considered, the latest ones: they take about 50 ms after each write, in steps. */
export const MOST_RELEASES = 10_000;

/** Ports that an own entry uses, or used before it was deleted, retired or moved to other ports or to another environment. */
export type EntryPorts = PortSpan & Pick<Association, 'protocols' | 'environment'>;

/**
 * Returns the ports that a write released.
 *
 * @param before - The entry before the write.
 * @param after - The entry after the write; null if it was deleted or retired.
 */
export function releasedBy(before: EntryPorts, after: EntryPorts | null): EntryPorts[] {
  if (after === null || leavesEnvironment(before, after)) return [before];
  const removed = before.protocols.filter((protocol) => !after.protocols.includes(protocol));
  const below = { ...before, lastPort: Math.min(before.lastPort, after.firstPort - 1) };
  const above = { ...before, firstPort: Math.max(before.firstPort, after.lastPort + 1) };
  const kept = {
    ...before,
    firstPort: Math.max(before.firstPort, after.firstPort),
    lastPort: Math.min(before.lastPort, after.lastPort),
    protocols: removed,
  };
  return [below, above, kept].filter(
    ({ firstPort, lastPort, protocols }) => firstPort <= lastPort && protocols.length > 0,
  );
}

/** Returns whether an entry is no longer for all environments of before. In the others, its ports stay in use. */
function leavesEnvironment(before: EntryPorts, after: EntryPorts): boolean {
  return after.environment !== null && before.environment?.toLowerCase() !== after.environment.toLowerCase();
}

/** The stored releases. */
export interface ReleaseRows extends VersionSource {
  /** Lists the ports that were released since a day, in UTC, at most `MOST_RELEASES` releases, the latest first, in steps. */
  releasedSince(day: string): Steps<EntryPorts[]>;
}

/**
 * Lists the ports in quarantine. They are read again after each write, and each day.
 *
 * @param rows - The stored rows.
 * @param days - The length of the quarantine, in days; 0 for none.
 */
export function createQuarantine(
  rows: ReleaseRows,
  days: number,
): Pick<SteppedValue<readonly EntryPorts[]>, 'step' | 'value'> {
  if (days === 0) return { step: () => true, value: () => [] };
  const since = (first: string) => ({
    first,
    list: perVersionInSteps(rows, () => rows.releasedSince(first), ['own']),
  });
  let known = since('');
  const current = (): SteppedValue<readonly EntryPorts[]> => {
    const first = dayIn(-days);
    if (first !== known.first) known = since(first);
    return known.list;
  };
  return { step: () => current().step(), value: () => current().value() };
}
