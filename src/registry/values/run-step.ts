/**
 * Runs one step of long work and returns its result. Other work may run before the step. A step is synchronous and
 * takes a few milliseconds at most. Rejects without running the step when the client has disconnected or the work has
 * used its processor time.
 */
export type RunStep = <T>(step: () => T) => Promise<T>;
