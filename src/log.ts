import { type Logger, pino } from 'pino';

export type { Logger };

/** The levels that can be set, most talkative first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Makes the log: one JSON line an event on standard output.
 *
 * @param level - What is below it is not logged.
 */
export function createLog(level: LogLevel): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  // Written at once: the last lines before the end of the process come out, and in their order.
  return pino(options, pino.destination({ fd: 1, sync: true }));
}
