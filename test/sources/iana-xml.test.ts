import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { parseIana } from '../../src/sources/iana-file.ts';
import { EMPTY_CELLS, ianaFileOf } from '../support/iana-file.ts';
import { ianaXmlOf } from '../support/iana-xml.ts';
import { fc } from '../support/properties.ts';

async function read(bytes: Buffer) {
  const file = parseIana({ name: 'iana.xml', bytes });
  const rows = await Array.fromAsync(file.rows);
  return { rows, cells: rows.map(({ cells }) => cells), date: file.date() };
}

/** Returns a document of the registry with records. */
function registryOf(records: string): Buffer {
  return Buffer.from(`<?xml version='1.0' encoding='UTF-8'?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
  <title>Service Name and Transport Protocol Port Number Registry</title>
  <updated>2019-12-20</updated>
  <xref type="rfc" data="rfc6335"/>
  <note>
described in
<xref type="rfc" data="rfc6335"/>. According to Section 8.1.2 of <xref type="rfc" data="rfc6335"/>, …</note>
${records}
  <people>
    <person id="Jon_Postel"><name>Jon Postel</name><uri>mailto:postel&amp;isi.edu</uri><updated>2002-04</updated></person>
  </people>
</registry>
`);
}

/** Records as IANA writes them, and the cells that IANA's CSV has for them. */
const RECORDS: readonly (readonly [record: string, cells: Partial<AssignmentCells>])[] = [
  [
    `<record>
    <protocol>tcp</protocol>
    <xref type="person" data="Jon_Postel"/>
    <description>Reserved</description>
    <number>0</number>
  </record>`,
    {
      ...{ transportProtocol: 'tcp', assignee: '[Jon_Postel]', contact: '[Jon_Postel]' },
      ...{ description: 'Reserved', portNumber: '0' },
    },
  ],
  [
    `<record updated="2017-06-05">
    <name>smtp</name>
    <protocol>tcp</protocol>
    <assignee>
      <xref type="person" data="IESG"/>
    </assignee>
    <xref type="person" data="IETF_Chair"/>
    <xref type="rfc" data="rfc5321"/>
    <description>Simple Mail Transfer</description>
    <number>25</number>
  </record>`,
    {
      ...{ serviceName: 'smtp', transportProtocol: 'tcp', assignee: '[IESG]', contact: '[IETF_Chair]' },
      ...{ reference: '[RFC5321]', description: 'Simple Mail Transfer', portNumber: '25' },
      modificationDate: '2017-06-05',
    },
  ],
  [
    `<record>
    <name>discard</name>
    <protocol>dccp</protocol>
    <xref type="person" data="Eddie_Kohler"/>
    <xref type="rfc" data="rfc4340"/>
    <description>Discard</description>
    <number>9</number>
    <sc>1145656131</sc>
  </record>`,
    {
      ...{ serviceName: 'discard', transportProtocol: 'dccp', assignee: '[Eddie_Kohler]', contact: '[Eddie_Kohler]' },
      ...{ reference: '[RFC4340]', description: 'Discard', portNumber: '9', serviceCode: '1145656131' },
    },
  ],
  [
    `<record>
    <name>sql-net</name>
    <protocol>tcp</protocol>
    <description>Oracle SQL*NET<br/><br/>
IANA assigned this well-formed service name as a replacement for "sql*net".</description>
    <number>66</number>
  </record>`,
    {
      ...{ serviceName: 'sql-net', transportProtocol: 'tcp', portNumber: '66' },
      description: 'Oracle SQL*NET\n\n\nIANA assigned this well-formed service name as a replacement for "sql*net".',
    },
  ],
  [
    `<record>
    <name>finger</name>
    <protocol>udp</protocol>
    <description>Finger</description>
    <number>79</number>
    <unauthorized>Unauthorized use by some mail users (see <xref type="rfc" data="rfc4146"/> for details)</unauthorized>
    <note>Defined TXT keys: u=&lt;username&gt;
      p=&lt;password&gt;</note>
  </record>`,
    {
      ...{ serviceName: 'finger', transportProtocol: 'udp', description: 'Finger', portNumber: '79' },
      unauthorizedUseReported: 'Unauthorized use by some mail users (see [RFC4146] for details)',
      assignmentNotes: 'Defined TXT keys: u=<username>\n      p=<password>',
    },
  ],
  [
    `<record date="2005-08" updated="2007-09-06"><description>Unassigned</description><number>225-241</number></record>`,
    {
      ...{ description: 'Unassigned', portNumber: '225-241' },
      ...{ registrationDate: '2005-08', modificationDate: '2007-09-06' },
    },
  ],
  [
    `<record><name>brski-proxy</name><protocol>tcp</protocol>
    <assignee><xref type="person" data="ITU-T"/></assignee>
    <xref type="rfc" data="rfc8765">RFC8765, Section 6.1</xref>
    <xref type="draft" data="RFC-ietf-anima-grasp-15"/>
    <xref type="uri" data="http://www.broadband-forum.org/assignments"/>
    <xref type="text">ISO/IEC 13818-6 MPEG-2 DSM-CC</xref>
    <xref type="note" data="1"/>
    <description><![CDATA[<b> & more]]></description></record>`,
    {
      ...{ serviceName: 'brski-proxy', transportProtocol: 'tcp', assignee: '[ITU-T]', description: '<b> & more' },
      reference:
        '[RFC8765, Section 6.1][RFC-ietf-anima-grasp-15][http://www.broadband-forum.org/assignments][ISO/IEC 13818-6 MPEG-2 DSM-CC][1]',
    },
  ],
];

describe("IANA's XML", () => {
  test('has the cells of the CSV, and the day of the registry', async () => {
    const { cells, date } = await read(registryOf(RECORDS.map(([record]) => record).join('\n')));
    assert.deepEqual(
      cells,
      RECORDS.map(([, expected]) => ({ ...EMPTY_CELLS, ...expected })),
    );
    assert.equal(date, '2019-12-20');
  });

  test('has the ports of each row', async () => {
    const { rows } = await read(registryOf(RECORDS.map(([record]) => record).join('\n')));
    assert.deepEqual([rows[5]?.span, rows[6]?.span], [{ firstPort: 225, lastPort: 241 }, null]);
  });

  test('has the same result for each row as the CSV', async () => {
    const word = fc.stringMatching(/^[!-~äß€]([ -~\näß€]{0,30}[!-~äß€])?$/);
    const key = fc.stringMatching(/^[A-Za-zö][A-Za-z0-9_.-]{0,12}$/);
    const keys = fc.array(key, { maxLength: 3 }).map((list) => list.map((one) => `[${one}]`).join(''));
    const person = fc.option(
      keys.filter((list) => list !== ''),
      { nil: '' },
    );
    const row = fc
      .record({
        serviceName: fc.option(word, { nil: '' }),
        portNumber: fc.constantFrom('', '0', '80', '1024-2048', '65535'),
        transportProtocol: fc.constantFrom('', 'tcp', 'udp', 'sctp', 'dccp'),
        description: fc.option(word, { nil: '' }),
        assignee: person,
        contact: person,
        registrationDate: fc.constantFrom('', '2005-08', '2020-02-29'),
        modificationDate: fc.constantFrom('', '2026-04-09'),
        reference: fc
          .array(fc.oneof(fc.constantFrom('RFC6335', '1', 'draft-x-01', 'RFC-ietf-x-1', 'n/a', 'RFC1, Section 2'), key))
          .map((list) => list.map((one) => `[${one}]`).join('')),
        serviceCode: fc.constantFrom('', '1145656131'),
        unauthorizedUseReported: fc.option(word, { nil: '' }),
        assignmentNotes: fc.option(word, { nil: '' }),
      })
      // A contact without an assignee is both.
      .map((cells) => (cells.assignee === '' ? { ...cells, assignee: cells.contact } : cells));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const csv = await read(ianaFileOf(rows));
        const xml = await read(ianaXmlOf(rows, '2026-09-02'));
        assert.deepEqual(xml.rows, csv.rows);
        assert.equal(xml.date, '2026-09-02');
      }),
    );
  });

  const TCP = '<protocol>tcp</protocol>';
  for (const [what, bytes, message] of [
    [
      'another document',
      Buffer.from('<html><body/></html>'),
      `line 1: expected IANA's registry "service-names-port-numbers", got <html>`,
    ],
    [
      'another registry',
      Buffer.from('\n<registry id="protocol-numbers"/>'),
      `line 2: expected IANA's registry "service-names-port-numbers", got the registry "protocol-numbers"`,
    ],
    ['a file that was cut off', registryOf('<record>'), 'line 13: expected well-formed XML, got unexpected close tag'],
    [
      'an end that does not fit',
      registryOf(`<record>${TCP}</name></record>`),
      'line 9: expected well-formed XML, got unexpected close tag',
    ],
    [
      'an entity of its own',
      registryOf(`<record><name>&lol;</name></record>`),
      'line 9: expected well-formed XML, got undefined entity',
    ],
    [
      'a port that is none',
      registryOf('<record><number>65536</number></record>'),
      'line 9, column "Port Number": expected a port number from 0 to 65535',
    ],
    [
      'a protocol that is none',
      registryOf(`<record>${TCP}<number>1</number></record>\n<record>\n<protocol>icmp</protocol></record>`),
      'line 10, column "Transport Protocol": expected tcp, udp, sctp, dccp or an empty cell, got "icmp"',
    ],
    ['a file that was cut off', registryOf('').subarray(0, 400), 'expected well-formed XML, got unclosed tag: '],
    [
      'no UTF-8',
      Buffer.concat([Buffer.from('<registry>'), Buffer.from([0xff, 0xfe])]),
      'line 1: expected UTF-8, got invalid bytes',
    ],
    ['NUL', registryOf('<record><name>\0</name></record>'), 'line 9: expected text, got a NUL byte'],
  ] as const) {
    test(`is refused if it is ${what}`, async () => {
      await assert.rejects(read(bytes), (error) => {
        assert.ok(error instanceof RegistryError);
        assert.equal(error.code, 'invalid_argument');
        assert.ok(error.message.includes(message), error.message);
        assert.ok(
          error.message.startsWith('Cannot read iana.xml, line ') || error.message.includes('iana.xml'),
          error.message,
        );
        return true;
      });
    });
  }

  test('with nested entities takes no memory', async () => {
    const bomb = `<!DOCTYPE registry [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
    const bytes = Buffer.from(
      registryOf('<record><name>&b;</name></record>').toString().replace('<registry', `${bomb}<registry`),
    );
    await assert.rejects(read(bytes), /expected well-formed XML, got undefined entity/);
  });
});
