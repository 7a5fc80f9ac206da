/** The exit codes: done; nothing found or failed; wrong usage; `check` or `own check` got no answer. */
export const EXIT = { done: 0, failed: 1, usage: 2, unanswered: 3 } as const;
