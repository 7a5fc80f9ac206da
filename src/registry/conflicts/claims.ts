import type { PortSpan } from '../values/port-range.ts';

/** Ports that somebody holds: a pool, a service of IANA, a range of a standard. */
export interface Claim extends PortSpan {
  /** The owner of a pool, or the names of a service: an entry with one of these keys does not conflict with the claim. */
  readonly keys: readonly string[];
  /** The holder, for a sentence. */
  readonly label: string;
}

/** The claims on the ports of an entry. */
export interface Claimed<Held extends Claim = Claim> extends PortSpan {
  /** The first of the claims by port, as many as asked for. */
  readonly claims: readonly Held[];
  /** The number of all claims. */
  readonly count: number;
}

/** Claims that do not overlap. Finds those on the ports of an entry by binary search. */
export class Claims<Held extends Claim = Claim> {
  readonly #claims: readonly Held[];
  /** The places of the claims of each key, ascending. */
  readonly #places = new Map<string, number[]>();

  /** @param claims - The claims, in any order. */
  constructor(claims: readonly Held[]) {
    this.#claims = claims.toSorted((a, b) => a.firstPort - b.firstPort);
    for (const [place, { keys }] of this.#claims.entries()) {
      for (const key of new Set(keys)) {
        const places = this.#places.get(key);
        if (places === undefined) this.#places.set(key, [place]);
        else places.push(place);
      }
    }
  }

  /**
   * Finds the claims on the ports of an entry, except those with a key of the entry.
   *
   * @param span - The ports of the entry.
   * @param keys - The keys of the entry.
   * @param most - The most claims to return.
   * @returns The claims, and the lowest and highest port of the entry that they hold; null for none.
   */
  find(span: PortSpan, keys: readonly string[], most: number): Claimed<Held> | null {
    const first = this.#firstFrom(span.firstPort);
    const end = this.#endOf(span.lastPort);
    const exempt = new Set<number>();
    for (const key of keys) {
      for (const place of this.#places.get(key) ?? []) if (place >= first && place < end) exempt.add(place);
    }
    const count = end - first - exempt.size;
    if (count <= 0) return null;
    let [lowest, highest] = [first, end - 1];
    while (exempt.has(lowest)) lowest++;
    while (exempt.has(highest)) highest--;
    const claims: Held[] = [];
    for (let place = lowest; claims.length < Math.min(count, most); place++) {
      if (!exempt.has(place)) claims.push(this.#claims[place] as Held);
    }
    return {
      claims,
      count,
      firstPort: Math.max(span.firstPort, this.#claims[lowest]?.firstPort ?? 0),
      lastPort: Math.min(span.lastPort, this.#claims[highest]?.lastPort ?? 0),
    };
  }

  /** Returns the place of the first claim that ends at a port or above. */
  #firstFrom(port: number): number {
    return this.#search((claim) => claim.lastPort >= port);
  }

  /** Returns the place behind the last claim that begins at a port or below. */
  #endOf(port: number): number {
    return this.#search((claim) => claim.firstPort > port);
  }

  /** Returns the place of the first claim with a property that all later ones have too. */
  #search(has: (claim: Held) => boolean): number {
    let [low, high] = [0, this.#claims.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (has(this.#claims[middle] as Held)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
