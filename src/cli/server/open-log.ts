import type { Config } from '../../config/settings.ts';
import { createLog, createPrettyLog, type Logger } from '../../log.ts';

/**
 * Makes the log in the form and from the level that are set; `auto` is pretty on a terminal, JSON elsewhere.
 *
 * @param config - The settings.
 */
export async function openLog({ logFormat, logLevel }: Config): Promise<Logger> {
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stdout.isTTY === true);
  return isPretty ? createPrettyLog(logLevel) : createLog(logLevel);
}
