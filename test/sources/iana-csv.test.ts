import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { parseIanaCsv } from '../../src/sources/iana-csv.ts';
import { type IanaRow, newestDate } from '../../src/sources/iana-row.ts';
import { csvBytes, EMPTY_CELLS, IANA_HEADER, ianaFile, ianaFileOf } from '../support/iana-file.ts';
import { fc } from '../support/properties.ts';

async function read(bytes: Buffer): Promise<IanaRow[]> {
  const rows: IanaRow[] = [];
  for await (const row of parseIanaCsv({ name: 'iana.csv', bytes })) rows.push(row);
  return rows;
}

/** Returns a file with one invalid line, the third. */
function withRow(row: Partial<AssignmentCells>): Buffer {
  return ianaFileOf([{ serviceName: 'first', portNumber: '1' }, row, { serviceName: 'last' }]);
}

describe('the rows of a file are parsed', () => {
  const historic: AssignmentCells = {
    serviceName: '914c/g',
    portNumber: '211',
    transportProtocol: 'tcp',
    description: 'Texas Instruments 914C/G Terminal, "FORTÉ"\n second line ',
    assignee: '[Bill_Harrell]',
    contact: '[Bill_Harrell][Other_One_2]',
    registrationDate: '2008-05',
    modificationDate: '2024-12-20',
    reference: '[RFC1060][RFC6335]',
    serviceCode: '1145656131',
    unauthorizedUseReported: 'yes',
    assignmentNotes: 'This entry is an alias to "914c-g".\nThis entry is now historic, u=<username>\n\n',
  };

  test('verbatim, white space, line breaks and quotes included', async () => {
    assert.deepEqual(await read(ianaFileOf([historic])), [
      { cells: historic, span: { firstPort: 211, lastPort: 211 } },
    ]);
  });

  const ports: readonly (readonly [cell: string, span: IanaRow['span']])[] = [
    ['', null],
    ['0', { firstPort: 0, lastPort: 0 }],
    ['65535', { firstPort: 65535, lastPort: 65535 }],
    ['6000-6063', { firstPort: 6000, lastPort: 6063 }],
    ['4748-4748', { firstPort: 4748, lastPort: 4748 }],
    ['0-65535', { firstPort: 0, lastPort: 65535 }],
  ];
  for (const [cell, span] of ports) {
    test(`with the ports of "${cell}"`, async () => {
      assert.deepEqual(await read(ianaFileOf([{ portNumber: cell }])), [
        { cells: { ...EMPTY_CELLS, portNumber: cell }, span },
      ]);
    });
  }

  test('with either header of column 11', async () => {
    const header = IANA_HEADER.with(10, 'Known Unauthorized Uses');
    assert.deepEqual(await read(csvBytes([header, Object.values(historic)])), await read(ianaFileOf([historic])));
  });

  test('with lines that end in CR LF or LF', async () => {
    const rows = [historic, { serviceName: 'b', description: 'one\ntwo' }, { portNumber: '7' }];
    assert.deepEqual(await read(ianaFileOf(rows, '\n')), await read(ianaFileOf(rows, '\r\n')));
  });

  test('in the order of the file, with none dropped', async () => {
    const rows = await read(ianaFile(10_001));
    assert.deepEqual(
      rows.map(({ span }) => span?.firstPort),
      Array.from({ length: 10_001 }, (_, index) => index + 1),
    );
  });

  test('with any text', async () => {
    const cell = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', 'é', '[', '<') });
    const row = fc.record({ serviceName: cell, description: cell, reference: cell, assignmentNotes: cell });
    await fc.assert(
      fc.asyncProperty(fc.array(row), async (rows) => {
        const cells = (await read(ianaFileOf(rows))).map((one) => one.cells);
        assert.deepEqual(
          cells,
          rows.map((one) => ({ ...EMPTY_CELLS, ...one })),
        );
      }),
    );
  });
});

describe('a file is refused', () => {
  const port = 'line 3, column "Port Number": expected a port number from 0 to 65535 or a range of them';
  const protocol = 'line 3, column "Transport Protocol": expected tcp, udp, sctp, dccp or an empty cell';
  const wholeFile = ianaFile(5, { 3: { description: 'one\ntwo' } });
  const cases: readonly (readonly [title: string, bytes: Buffer, place: string])[] = [
    ['that is empty', Buffer.alloc(0), 'line 1: expected a header line, got an empty file'],
    [
      'that is an error page',
      Buffer.from('<!DOCTYPE html>\n<html lang="en">\n<title>404 Not Found</title>\n'),
      'line 1: expected "Service Name" as header of column 1, got "<!DOCTYPE html>"',
    ],
    [
      'with another header',
      csvBytes([IANA_HEADER.with(1, 'Port'), Object.values(EMPTY_CELLS)]),
      'line 1: expected "Port Number" as header of column 2, got "Port"',
    ],
    [
      'with an unknown header of column 11',
      csvBytes([IANA_HEADER.with(10, 'Unauthorized')]),
      'line 1: expected "Unauthorized Use Reported" as header of column 11, got "Unauthorized"',
    ],
    ['with 13 columns', csvBytes([[...IANA_HEADER, 'More']]), 'line 1: expected 12 columns, got 13'],
    ['with a record of 11 cells', csvBytes([IANA_HEADER, Array(11).fill('')]), 'line 2: expected 12 cells, got 11'],
    ['with a record of 13 cells', csvBytes([IANA_HEADER, Array(13).fill('')]), 'line 2: expected 12 cells, got 13'],
    [
      'cut inside a quoted cell',
      wholeFile.subarray(0, wholeFile.indexOf('one\ntwo') + 5),
      'line 4: expected the end of a quoted cell, got the end of the file',
    ],
    ['cut inside a record', wholeFile.subarray(0, wholeFile.indexOf('s5,5') + 4), 'line 7: expected 12 cells, got 2'],
    ['with NUL bytes', withRow({ description: 'a\0\0b' }), 'line 3: expected text, got a NUL byte'],
    [
      'that is not UTF-8',
      Buffer.from(withRow({ description: 'FORTÉ' }).toString(), 'latin1'),
      'line 3: expected UTF-8, got invalid bytes',
    ],
    ['with a port of 70000', withRow({ portNumber: '70000' }), `${port}, got "70000"`],
    ['with a range up to 65536', withRow({ portNumber: '65530-65536' }), `${port}, got "65530-65536"`],
    ['with a negative port', withRow({ portNumber: '-1' }), `${port}, got "-1"`],
    ['with a port in words', withRow({ portNumber: 'eighty' }), `${port}, got "eighty"`],
    ['with a leading zero', withRow({ portNumber: '080' }), `${port}, got "080"`],
    ['with blanks in a range', withRow({ portNumber: '1 - 2' }), `${port}, got "1 - 2"`],
    ['with half a range', withRow({ portNumber: '1-' }), `${port}, got "1-"`],
    [
      'with a reversed range',
      withRow({ portNumber: '6063-6000' }),
      'line 3, column "Port Number": expected the lower port of a range first, got "6063-6000"',
    ],
    ['with an unknown protocol', withRow({ transportProtocol: 'quic' }), `${protocol}, got "quic"`],
    ['with a protocol in capitals', withRow({ transportProtocol: 'TCP' }), `${protocol}, got "TCP"`],
  ];
  for (const [title, bytes, place] of cases) {
    test(title, async () => {
      await assert.rejects(read(bytes), new RegistryError('invalid_argument', `Cannot import iana.csv: ${place}`));
    });
  }
});

describe('the newest date of a row', () => {
  const cases: readonly (readonly [registered: string, modified: string, newest: string])[] = [
    ['', '', ''],
    ['2008-05-05', '', '2008-05-05'],
    ['', '2024-12-20', '2024-12-20'],
    ['2008-05-05', '2024-12-20', '2024-12-20'],
    ['2011-05-23', '2011-05-16', '2011-05-23'],
    ['2008-05', '', ''],
    ['2008-05', '2007-12-31', '2007-12-31'],
    ['2026-13-01', '2026-01-32', ''],
  ];
  for (const [registrationDate, modificationDate, newest] of cases) {
    test(`registered "${registrationDate}", modified "${modificationDate}": "${newest}"`, () => {
      assert.equal(newestDate({ ...EMPTY_CELLS, registrationDate, modificationDate }), newest);
    });
  }
});
