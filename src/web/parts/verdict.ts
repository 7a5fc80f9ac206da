import type { Reason, Suitability, Verdict } from '../../registry/advice/suitability.ts';
import type { ReasonCode } from '../../registry/advice/suitability-rule.ts';
import { enumerateSome } from '../../registry/values/wording.ts';

/** The signs of the verdicts, so that colour is not the only difference. */
export const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = { good: '✓', caution: '!', avoid: '✕' };

/** The names on a port, for its verdict in words. */
export interface NamesOnPort {
  /** The service names that IANA has assigned. */
  readonly assigned: readonly string[];
  /** The names of the own entries. */
  readonly own: readonly string[];
}

/** A verdict in words: the answer to "May I use it?". */
export interface VerdictWords {
  /** One to three words, such as `Taken`. */
  readonly title: string;
  /** One or two sentences with the main reason. */
  readonly text: string;
}

const NO_NAMES: NamesOnPort = { assigned: [], own: [] };

/** The most names in an answer; the sections of the page have all. */
export const MOST_NAMES = 3;

/** The sentences for the reasons to be careful. */
const CAUTIONS: Partial<Record<ReasonCode, string>> = {
  assigned_other_protocol: 'IANA has assigned it on another protocol.',
  recorded: 'IANA lists a widespread use of it.',
  deregistered: 'IANA deregistered it recently: old programs may still use it.',
  system_range: 'On most systems a program needs privileges to listen there.',
  ephemeral: 'Systems use it for outgoing connections.',
  nodeport: 'Kubernetes may give it to a Service.',
  informal_use: 'Known programs use it.',
};

/** The most sentences for the reasons to be careful. */
const MOST_CAUTIONS = 2;

/**
 * Returns the verdict on a port in words, by its main reason. A port that IANA has assigned is never refused to the service
 * that it is assigned to.
 *
 * @param suitability - The advice.
 * @param names - The names on the port; without them the reasons name what they can.
 */
export function verdictWords({ verdict, reasons }: Suitability, names: NamesOnPort = NO_NAMES): VerdictWords {
  if (verdict === 'good') return { title: 'Free', text: 'Nothing is known that conflicts with it.' };
  const main = reasons.filter(({ severity }) => severity === verdict);
  return verdict === 'caution' ? { title: 'With care', text: cautions(main) } : refusal(main, names);
}

function cautions(reasons: readonly Reason[]): string {
  const sentences = new Set(reasons.map(({ code, detail }) => CAUTIONS[code] ?? detail));
  return [...sentences].slice(0, MOST_CAUTIONS).join(' ');
}

/** Returns the words for reasons of severity `avoid`. */
function refusal(reasons: readonly Reason[], { assigned, own }: NamesOnPort): VerdictWords {
  const find = (code: ReasonCode): Reason | undefined => reasons.find((reason) => reason.code === code);
  const taken = find('own_use');
  if (taken !== undefined) {
    return { title: 'Taken here', text: own.length === 0 ? taken.detail : `By ${listNames(own)}.` };
  }
  const observed = find('observed_use');
  if (observed !== undefined) return { title: 'In use here', text: observed.detail };
  if (find('assigned') !== undefined) {
    const holder = assigned.length === 0 ? 'For the service that IANA assigned it to' : `For ${listNames(assigned)}`;
    return { title: 'Taken', text: `${holder} only: for anything else take another port.` };
  }
  const reserved = find('reserved');
  if (reserved !== undefined) return { title: 'Taken', text: reserved.detail };
  if (find('dynamic_range') !== undefined) {
    return {
      title: 'Not lasting',
      text: 'Any program may take a Dynamic Port for a while: no service can rely on one.',
    };
  }
  return { title: 'Not for browsers', text: reasons[0]?.detail ?? '' };
}

/**
 * Joins the first names, and says how many more there are.
 *
 * @param names - The names.
 */
export function listNames(names: readonly string[]): string {
  return enumerateSome(names, MOST_NAMES);
}
