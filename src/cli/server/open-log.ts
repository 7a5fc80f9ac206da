import type { Config } from '../../config/settings.ts';
import { createLog, createPrettyLog, type Logger } from '../../log.ts';

/**
 * Creates the log with the configured format and level. The format `auto` is pretty on a terminal, otherwise JSON.
 *
 * @param config - The settings.
 */
export async function openLog({ logFormat, logLevel }: Config): Promise<Logger> {
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stdout.isTTY === true);
  return isPretty ? createPrettyLog(logLevel) : createLog(logLevel);
}
