/** The exit codes: done; nothing found or failed; wrong usage. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;
