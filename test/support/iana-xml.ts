import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Formats rows as IANA's XML. A record contains its contact; an assignee that is not the contact has an element of its
 * own. References have types. The list of people follows the records.
 *
 * @param rows - The rows.
 * @param updated - The day of the registry, `YYYY-MM-DD`.
 */
export function ianaXmlOf(rows: readonly AssignmentCells[], updated: string): Buffer {
  return Buffer.from(`<?xml version='1.0' encoding='UTF-8'?>
<?xml-stylesheet type="text/xsl" href="service-names-port-numbers.xsl"?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
  <title>Service Name and Transport Protocol Port Number Registry</title>
  <category>Service Names and Transport Protocol Port Numbers</category>
  <updated>${updated}</updated>
  <xref type="rfc" data="rfc6335"/>
  <note>
Service names are assigned as documented in <xref type="rfc" data="rfc6335"/>.
  </note>
${rows.map(record).join('')}  <people>
    <person id="Jon_Postel">
      <name>Jon Postel</name>
      <uri>mailto:postel&amp;isi.edu</uri>
      <updated>2012-04-17</updated>
    </person>
  </people>
</registry>
`);
}

function record(row: AssignmentCells): string {
  const attributes = [
    ['date', row.registrationDate],
    ['updated', row.modificationDate],
  ].flatMap(([name, value]) => (value === '' ? [] : [` ${name}="${value}"`]));
  const isOther = row.assignee !== row.contact;
  const lines = [
    element('name', row.serviceName),
    element('protocol', row.transportProtocol),
    isOther ? `    <assignee>${people(row.assignee)}</assignee>\n` : '',
    row.contact === '' ? '' : `    ${people(row.contact)}\n`,
    references(row.reference),
    element('description', row.description),
    element('number', row.portNumber),
    element('sc', row.serviceCode),
    element('unauthorized', row.unauthorizedUseReported),
    element('note', row.assignmentNotes),
  ];
  return `  <record${attributes.join('')}>\n${lines.join('')}  </record>\n`;
}

function element(name: string, text: string): string {
  return text === '' ? '' : `    <${name}>${escaped(text)}</${name}>\n`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? '');
}

function people(keys: string): string {
  return keysOf(keys)
    .map((key) => `<xref type="person" data="${escaped(key)}"/>`)
    .join('');
}

function references(cell: string): string {
  const links = keysOf(cell).map((key) => {
    if (/^RFC\d+$/.test(key)) return `<xref type="rfc" data="${key.toLowerCase()}"/>`;
    if (/^\d+$/.test(key)) return `<xref type="note" data="${key}"/>`;
    if (/^(?:RFC|draft)-/.test(key)) return `<xref type="draft" data="${key}"/>`;
    return `<xref type="text">${escaped(key)}</xref>`;
  });
  return links.map((link) => `    ${link}\n`).join('');
}

function keysOf(cell: string): string[] {
  return [...cell.matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) => key);
}
