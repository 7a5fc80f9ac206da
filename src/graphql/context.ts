import type { AccessRecords } from '../registry/access-records.ts';
import type { Catalogue } from '../registry/catalogue.ts';
import type { ChangeHistory } from '../registry/change-history.ts';
import type { ObservedUse } from '../registry/observed-use.ts';
import type { Author, Scope } from '../registry/own/token.ts';
import type { OwnConflicts } from '../registry/own-conflicts.ts';
import type { OwnRegistry } from '../registry/own-registry.ts';
import type { PortAdvice } from '../registry/port-advice.ts';
import type { PortLookup } from '../registry/port-lookup.ts';
import type { LookedUp } from '../registry/report/port-report.ts';
import type { ReportSource } from '../registry/report-source.ts';
import type { AnswerSize } from '../registry/values/answer-size.ts';
import type { Work } from './turns.ts';

/** The context that every resolver receives. */
export interface Context {
  readonly registry: PortLookup &
    Catalogue &
    PortAdvice &
    OwnConflicts &
    Pick<AccessRecords, 'audit' | 'auditHead' | 'ownChanges'> &
    ChangeHistory &
    ObservedUse &
    ReportSource;
  readonly own: OwnRegistry;
  /** Runs resolvers as steps. */
  readonly work: Work;
  /** The size of the port reports of the response. */
  readonly size: AnswerSize;
  /** Returns the author of a write, or of a query that needs a token. Throws `unauthorized` or `forbidden`. */
  readonly authorize: (scope: Scope) => Author;
  /** Returns whether the token of the request may read what hosts have reported. */
  readonly maySeeObserved: () => boolean;
  /** The id of the request in the log. */
  readonly requestId: string;
  /** Marks whether the response may be cached. A false mark is final. */
  readonly markCacheable: (isCacheable: boolean) => void;
  /**
   * Counts a large request as several for `RATE_LIMIT`.
   *
   * @param cost - The requests that it counts in addition to 1.
   * @returns The reason of a rejection, for the client; null if it is accepted.
   */
  readonly chargeCost: (cost: number) => Promise<string | null>;
  /** Called with the reports of looked-up ports. */
  readonly onLookups: (reports: readonly LookedUp[]) => void;
}
