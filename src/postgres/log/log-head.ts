import { RegistryError } from '../../registry/values/registry-error.ts';
import type { Position } from '../../sqlite/replay/decide.ts';
import { LOG_FORMAT, OLDEST_FORMAT } from './schema.ts';

/** The head of the shared log. */
export interface Head {
  /** The random id of the register. */
  readonly register: string;
  /** The format of the log. */
  readonly format: number;
  /** The last row of the log. */
  readonly position: Position;
  /** The last row of the file with which the log begins. */
  readonly base: Position;
  /** The version of Portolan whose bundled lists are in the log. */
  readonly bundled: string;
  /** The result of the last update of the official rows, as JSON; null before the first. */
  readonly lastUpdate: string | null;
}

/** The row of the head, as the driver returns it. */
export interface StoredHead {
  readonly register: string;
  readonly format: number;
  readonly seq: string;
  readonly hash: string | null;
  readonly base_seq: string;
  readonly base_hash: string | null;
  readonly bundled: string;
  readonly last_update: string | null;
}

/**
 * Parses the head.
 *
 * @param rows - The rows of its table.
 * @throws {RegistryError} `unavailable`, with the remedy, for a missing head and for a format that this version does not know.
 */
export function parseHead(rows: readonly StoredHead[]): Head {
  const [row] = rows;
  if (row === undefined) {
    throw new RegistryError('unavailable', 'The shared register is empty: run portolan shared init');
  }
  const { register, format, seq, hash, base_seq, base_hash, bundled, last_update: lastUpdate } = row;
  checkFormat(format);
  const base = { id: Number(base_seq), hash: base_hash };
  return { register, format, position: { id: Number(seq), hash }, base, bundled, lastUpdate };
}

function checkFormat(format: number): void {
  if (format >= OLDEST_FORMAT && format <= LOG_FORMAT) return;
  const known =
    OLDEST_FORMAT < LOG_FORMAT ? `the formats ${OLDEST_FORMAT} to ${LOG_FORMAT}` : `the format ${LOG_FORMAT}`;
  const remedy =
    format > LOG_FORMAT
      ? 'upgrade this node to the version of the other nodes'
      : 'first run an earlier Portolan, which raises the format';
  const detail = `its log has the format ${format}, and this Portolan works with ${known}: ${remedy}`;
  throw new RegistryError('unavailable', `The shared register cannot be used: ${detail}`);
}
