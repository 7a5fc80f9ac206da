// Creates the preview of an import: the changes with their warnings, or the faults of the file.
import { create, createUntrusted } from '../parts/elements.js';

/** The most rows of a table. */
const MAX_ROWS = 500;

const VERBS = { added: 'add', changed: 'change', moved: 'move', removed: 'remove' };

/** Describes the number of steps by action, such as `2 added, 1 moved, 5 unchanged`. */
export function countsOf(counts) {
  const words = Object.entries(counts).filter(([, count]) => count > 0);
  return words.map(([action, count]) => `${count} ${action}`).join(', ') || 'no entries';
}

/** Creates the summary and the table of the steps that change something. */
export function createSteps({ counts, steps, skipped }) {
  const changes = steps.filter(({ action }) => action !== 'unchanged');
  const nodes = [create('h2', {}, `Preview: ${countsOf(counts)}`)];
  if (skipped.count > 0)
    nodes.push(
      create('p', { className: 'meta' }, `Lines without a name or a port, which are left out: ${skipped.count}.`),
    );
  if (changes.length === 0) nodes.push(create('p', {}, 'The entries are as in the file already.'));
  else
    nodes.push(
      createTable(
        'Changes',
        ['Line', 'Action', 'Ports', 'Name', 'Owner', 'Details'],
        changes.map(({ line, action, entry, changes: fields, warnings }) => [
          line === null ? '' : String(line),
          VERBS[action],
          `${portsOf(entry)}/${entry.protocols.join(',')}`,
          createUntrusted(entry.name),
          entry.owner === null ? '' : createUntrusted(entry.owner),
          details(fields, warnings),
        ]),
      ),
    );
  return nodes;
}

/** Creates the message and the table of the faults of a file. */
export function createFaults(message, faults) {
  const [, more] = /; and (\d+) more faults?$/.exec(message) ?? [];
  const count = more === undefined ? faults.length : Number(more) + 1;
  const title = `Nothing was imported: the file has ${count} ${count === 1 ? 'fault' : 'faults'}`;
  const rows = faults.map(({ parameter, detail }) => [createUntrusted(parameter), createUntrusted(detail)]);
  return [create('h2', {}, title), createTable('Faults', ['Place', 'Fault'], rows)];
}

function portsOf({ firstPort, lastPort }) {
  return firstPort === lastPort ? `${firstPort}` : `${firstPort}-${lastPort}`;
}

function details(fields, warnings) {
  if (fields.length + warnings.length === 0) return '';
  const changes = fields.map(({ field, before, after }) =>
    create(
      'div',
      {},
      `${field}: `,
      createUntrusted(JSON.stringify(before)),
      ' → ',
      createUntrusted(JSON.stringify(after)),
    ),
  );
  const found = warnings.map(({ severity, detail }) =>
    create('div', {}, create('b', { className: severity }, severity), ' ', createUntrusted(detail)),
  );
  return create('div', {}, ...changes, ...found);
}

/** Creates a table with the roles that src/web/parts/table.ts explains. */
function createTable(caption, columns, rows) {
  const table = create('table', { className: 'labelled', role: 'table' });
  const more = rows.length - MAX_ROWS;
  table.createCaption().textContent = more > 0 ? `${caption}: the first ${MAX_ROWS} of ${rows.length}` : caption;
  const head = create('tr', { role: 'row' });
  head.append(...columns.map((column) => create('th', { scope: 'col', role: 'columnheader' }, column)));
  const body = rows.slice(0, MAX_ROWS).map((cells) => {
    const row = create('tr', { role: 'row' });
    for (const [index, cell] of cells.entries()) {
      const element = create('td', { role: 'cell' }, cell);
      element.dataset.label = columns[index];
      row.append(element);
    }
    return row;
  });
  table.append(create('thead', { role: 'rowgroup' }, head), create('tbody', { role: 'rowgroup' }, ...body));
  return table;
}
