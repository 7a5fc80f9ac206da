import type { Author, Scope } from '../registry/own/token.ts';
import type { OwnRegistry } from '../registry/own-registry.ts';
import type { Registry } from '../registry/registry.ts';
import type { PortReport } from '../registry/report/port-report.ts';
import type { AnswerSize } from '../registry/values/answer-size.ts';
import type { Work } from './turns.ts';

/** What every resolver finds beside its arguments. */
export interface Context {
  readonly registry: Registry;
  readonly own: OwnRegistry;
  /** Runs every question as a step. */
  readonly work: Work;
  /** The size of the reports of ports in the answer. */
  readonly size: AnswerSize;
  /** Tells who asks, or throws `unauthorized` or `forbidden`. */
  readonly authorize: (scope: Scope) => Author;
  /** The id under which the server's log tells of this request. */
  readonly requestId: string;
  /** Marks whether the response may be cached. False stays. */
  readonly markCacheable: (isCacheable: boolean) => void;
  /**
   * Counts a large request as more than 1 where requests are limited.
   *
   * @param cost - How many requests it counts in addition to 1.
   * @returns Why it is refused, in a sentence for the client; null where it is not.
   */
  readonly chargeCost: (cost: number) => Promise<string | null>;
  /** Is told of the ports that were looked up. */
  readonly onLookups: (reports: readonly PortReport[]) => void;
}
