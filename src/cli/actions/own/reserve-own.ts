import { parseReservation } from '../../../registry/advice/reservation.ts';
import { COMMAND_LINE } from '../../../registry/own/token.ts';
import type { WrittenAssociation } from '../../../registry/own-registry.ts';
import { formatSpan } from '../../../registry/values/port-range.ts';
import { escapeControls } from '../../terminal/terminal-text.ts';
import { postFile } from '../fetch-from-server.ts';
import { writeTo } from '../write-source.ts';
import type { ImportTarget } from './import-own.ts';

/**
 * Reserves a port, and prints the entry with the conflicts that it creates.
 *
 * @param target - The server or the database.
 * @param body - The body of `POST /reservations`.
 * @param isStrict - Whether conflicts with the severity `avoid` are refused.
 * @param isJson - Whether the entry is printed as JSON.
 * @throws {RegistryError} As `parseReservation` and `OwnRegistry.reserve`; as `postFile`.
 */
export async function reserveOwn(
  target: ImportTarget,
  body: Readonly<Record<string, unknown>>,
  isStrict: boolean,
  isJson: boolean,
): Promise<void> {
  const entry =
    'server' in target
      ? ((await postFile(
          target,
          `/reservations?strict=${isStrict}`,
          'application/json',
          Buffer.from(JSON.stringify(body)),
        )) as WrittenAssociation)
      : await writeTo(target, ({ writes }) => writes.reserve(parseReservation(body), isStrict, COMMAND_LINE).entry);
  if (isJson) console.log(JSON.stringify(entry));
  else {
    const { id, name, protocols, warnings } = entry;
    console.log(escapeControls(`reserved ${formatSpan(entry)}/${protocols.join(',')} ${JSON.stringify(name)} ${id}`));
    for (const { severity, detail } of warnings) console.log(escapeControls(`        ${severity}: ${detail}`));
  }
}
