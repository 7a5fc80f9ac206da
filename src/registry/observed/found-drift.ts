import type { DeclaredEntry, Drift } from './drift.ts';
import type { ObservedHost } from './observed-host.ts';

/** A result of the comparison. Its texts are composed only for the page that contains it. */
export interface FoundDrift
  extends Pick<Drift, 'kind' | 'protocol' | 'port' | 'lastPort' | 'scopes' | 'processes' | 'missingHosts' | 'pool'>,
    Pick<Drift, 'firstSeen' | 'lastSeen' | 'since'> {
  readonly host: ObservedHost | null;
  readonly entry: DeclaredEntry | null;
}
