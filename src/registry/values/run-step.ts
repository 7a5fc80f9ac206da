/**
 * Runs one step of long work, perhaps after other work had a turn, and returns what the step returns. A step is
 * synchronous and takes a few milliseconds at most. It rejects, without running the step, when the work is to end: its
 * client has gone, or it has used its processor time.
 */
export type RunStep = <T>(step: () => T) => Promise<T>;
