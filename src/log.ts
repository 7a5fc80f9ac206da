import { type Logger, type LoggerOptions, pino } from 'pino';
import type { LogLevel } from './config/log-words.ts';

/** Writes log lines. */
export type { Logger };

/**
 * Makes the log: one JSON line an event on standard output.
 *
 * @param level - What is below it is not logged.
 */
export function createLog(level: LogLevel): Logger {
  // Written at once: the last lines before the end of the process come out, and in their order.
  return pino(optionsOf(level), pino.destination({ fd: 1, sync: true }));
}

/**
 * Makes the log as a person reads it on a terminal.
 *
 * @param level - What is below it is not logged.
 */
export async function createPrettyLog(level: LogLevel): Promise<Logger> {
  // Loaded by nobody else: a server that runs in the background need not pay for it.
  const { default: pretty } = await import('pino-pretty');
  return pino(optionsOf(level), pretty({ destination: 1, sync: true, translateTime: 'SYS:yyyy-mm-dd HH:MM:ss' }));
}

function optionsOf(level: LogLevel): LoggerOptions {
  return { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
}
