import { type Logger, type LoggerOptions, pino } from 'pino';
import type { LogLevel } from './config/log-words.ts';

/** The logger of pino. */
export type { Logger };

/**
 * Creates a logger that writes one JSON line per event to standard output.
 *
 * @param level - The least severe level that is logged.
 */
export function createLog(level: LogLevel): Logger {
  // Synchronous: the last lines are written before the process ends, and in order.
  return pino(optionsOf(level), pino.destination({ fd: 1, sync: true }));
}

/**
 * Creates a logger that writes lines for a terminal.
 *
 * @param level - The least severe level that is logged.
 */
export async function createPrettyLog(level: LogLevel): Promise<Logger> {
  // Imported here only, so that a server without a terminal does not load it.
  const { default: pretty } = await import('pino-pretty');
  return pino(optionsOf(level), pretty({ destination: 1, sync: true, translateTime: 'SYS:yyyy-mm-dd HH:MM:ss' }));
}

function optionsOf(level: LogLevel): LoggerOptions {
  return { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
}
