import type { Steps } from '../values/run-step.ts';
import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';
import { DRIFT_KINDS } from './drift.ts';
import type { FoundDrift } from './found-drift.ts';

/** Results by kind, port and protocol; equal ones keep their order. */
export class SortedDrift {
  readonly #wanted: FoundDrift['kind'] | null;
  readonly #ofKind = new Map<FoundDrift['kind'], Map<number, FoundDrift[]>>();

  /** @param wanted - The only kind that is kept; null for all. */
  constructor(wanted: FoundDrift['kind'] | null) {
    this.#wanted = wanted;
    for (const kind of DRIFT_KINDS) this.#ofKind.set(kind, new Map());
  }

  /** Adds a result. */
  add(found: FoundDrift): void {
    const places = this.#ofKind.get(found.kind);
    if (places === undefined || (this.#wanted !== null && this.#wanted !== found.kind)) return;
    const protocol = found.protocol === null ? 0 : TRANSPORT_PROTOCOLS.indexOf(found.protocol);
    const key = found.port * TRANSPORT_PROTOCOLS.length + protocol;
    const same = places.get(key);
    if (same === undefined) places.set(key, [found]);
    else same.push(found);
  }

  /** Returns the results by kind, port and protocol, in steps. */
  *sorted(): Steps<FoundDrift[]> {
    const sorted: FoundDrift[] = [];
    for (const places of this.#ofKind.values()) {
      for (const key of new Uint32Array(places.keys()).sort()) {
        for (const found of places.get(key) ?? []) sorted.push(found);
      }
      yield;
    }
    return sorted;
  }
}
