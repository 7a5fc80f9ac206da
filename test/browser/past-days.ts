import { openForWriting } from '../../src/sqlite/file/database.ts';
import { importDay } from '../support/days.ts';
import type { Product } from '../support/registry.ts';

const LONG = 'Wörter-ohne-Ende-'.repeat(12);
const SAME = { portNumber: '5000', transportProtocol: 'udp', description: 'The same thing <b>&amp;' };

/**
 * Writes two days into the history between which rows changed in every way, texts without a blank among them.
 *
 * @param product - Whose.
 */
export async function writePastDays({ database }: Product): Promise<void> {
  const db = openForWriting(database);
  try {
    await importDay(db, {
      date: '2020-07-14',
      rows: [
        { ...SAME, serviceName: 'old-name' },
        { serviceName: 'given-back', portNumber: '5001', transportProtocol: 'tcp', description: LONG },
        { serviceName: 'gone', portNumber: '5002', transportProtocol: 'tcp', assignmentNotes: LONG },
        { serviceName: 'kept', portNumber: '6000-6063', assignmentNotes: `${LONG} ${LONG}` },
      ],
    });
    await importDay(db, {
      date: '2024-04-30',
      rows: [
        { ...SAME, serviceName: 'new-name' },
        { portNumber: '5001', transportProtocol: 'tcp', description: 'Reserved' },
        { serviceName: 'kept', portNumber: '6000-6063', assignmentNotes: LONG.toUpperCase(), reference: `[${LONG}]` },
        { serviceName: 'come', portNumber: '', transportProtocol: 'tcp', description: 'No port' },
      ],
    });
  } finally {
    db.close();
  }
}
