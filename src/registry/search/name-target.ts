import { type PortSpan, spanWidth } from '../values/port-range.ts';
import { appliesTo, type TransportProtocol } from '../values/transport-protocol.ts';
import { isGenericWord } from './filler-words.ts';
import { searchKey, searchWords } from './search-words.ts';

/** An entry at the port of another name. */
export interface NameCandidate extends PortSpan {
  /** Empty for all four. */
  readonly protocols: readonly TransportProtocol[];
  /** The search keys of its names. */
  readonly keys: ReadonlySet<string>;
  /** The words of its names, users and descriptions. */
  readonly words: ReadonlySet<string>;
  readonly isOfficial: boolean;
  readonly prominence: number;
}

/** The widest range that another name may mean without a common word: wider ranges belong to products of their own. */
const WIDEST = 300;

/**
 * Selects the entry that another name means: the one with the same name in another spelling, such as DirectAdmin for `direct
 * admin`, else the one with the most words of the name; among equals a single port, an official row, and the most prominent.
 *
 * @param name - The other name.
 * @param protocols - Its protocols.
 * @param candidates - The entries at its port that have a name.
 * @returns The entry; undefined when none fits.
 */
export function selectTarget<Candidate extends NameCandidate>(
  name: string,
  protocols: readonly TransportProtocol[],
  candidates: readonly Candidate[],
): Candidate | undefined {
  const words = searchWords(name).filter((word) => !isGenericWord(word));
  const key = searchKey(name);
  const common = ({ words: known }: Candidate): number => words.filter((word) => known.has(word)).length;
  const [best] = candidates
    .filter((candidate) => protocols.some((protocol) => appliesTo(candidate.protocols, protocol)))
    .map((candidate) => ({ candidate, common: common(candidate) }))
    .filter(({ candidate, common: shared }) => shared > 0 || spanWidth(candidate) <= WIDEST)
    .sort(
      (a, b) =>
        Number(b.candidate.keys.has(key)) - Number(a.candidate.keys.has(key)) ||
        b.common - a.common ||
        spanWidth(a.candidate) - spanWidth(b.candidate) ||
        Number(b.candidate.isOfficial) - Number(a.candidate.isOfficial) ||
        b.candidate.prominence - a.candidate.prominence,
    );
  return best?.candidate;
}
