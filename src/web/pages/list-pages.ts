import { html, type SafeHtml } from '@remix-run/html-template';
import { ASSIGNMENT_STATES, type Assignment } from '../../registry/rows/assignment.ts';
import { type Association, CATEGORIES, ENTRY_STATUSES, ORIGINS } from '../../registry/rows/association.ts';
import { USE_ORDERS } from '../../registry/search/use-order.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { select, textField } from '../forms/fields.ts';
import { type FormField, type FormInput, filters } from '../forms/form.ts';
import { assignmentTable } from '../official/assignment-tables.ts';
import { address, addressWith } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { layout } from '../parts/layout.ts';
import { listTitle, type Paging, pager } from '../parts/pager.ts';
import { associationLink, confidence, linkedSpan } from '../parts/rows.ts';
import { type Columns, itemTable } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** A page of official rows. */
export interface AssignmentsView extends Paging {
  readonly results: readonly Assignment[];
}

/** A page of informal and own uses. */
export interface AssociationsView extends Paging {
  readonly results: readonly Association[];
}

const COMMON_FIELDS: readonly FormField[] = [
  textField('q', 'Words', { type: 'search' }),
  textField('port', 'Port', { isNumber: true }),
  textField('service', 'Name'),
  select('protocol', 'Protocol', TRANSPORT_PROTOCOLS),
];

const ASSIGNMENT_FIELDS = [...COMMON_FIELDS, select('state', 'State', ASSIGNMENT_STATES)];

const ASSOCIATION_FIELDS = [
  ...COMMON_FIELDS,
  select(
    'origin',
    'Origin',
    ORIGINS.filter((origin) => origin !== 'iana'),
  ),
  select('category', 'Category', CATEGORIES),
  textField('owner', 'Owner'),
  textField('environment', 'Environment'),
  textField('tag', 'Tag'),
  textField('pool', 'Pool'),
  select('status', 'Status', ENTRY_STATUSES),
  select('sort', 'Order', USE_ORDERS.slice(1), 'port'),
];

/**
 * Renders the page of official rows, with filters.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param view - The rows; null for invalid parameters.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function* assignmentsPage(input: FormInput, view: AssignmentsView | null, registryDate: string): Steps<string> {
  const shown = yield* results('/assignments', input, view, ({ count, results }) =>
    assignmentTable(`${count.toLocaleString('en')} rows, in the order of IANA's file`, results),
  );
  return layout({
    title: listTitle('Official rows', input.values),
    section: '/assignments',
    registryDate,
    content: html`<h1>Official rows</h1>
<p class="lede">All rows of the IANA registry. <a href="${addressWith('/associations', { origin: 'informal' })}">Informal uses</a> and <a href="${address('/own')}">our ports</a> are listed separately.</p>
${filters('/assignments', ASSIGNMENT_FIELDS, input, 'Filter')}
${shown}`,
  });
}

/**
 * Renders the page of informal and own uses, with filters.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param view - The uses; null for invalid parameters.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function* associationsPage(
  input: FormInput,
  view: AssociationsView | null,
  registryDate: string,
): Steps<string> {
  const origin = input.values.get('origin') ?? '';
  const title = TITLES[origin] ?? 'Informal uses and own entries';
  const columns = origin === 'own' ? OWN_COLUMNS : origin === 'informal' ? INFORMAL_COLUMNS : COLUMNS;
  const shown = yield* results('/associations', input, view, ({ count, results }) =>
    itemTable(`${count.toLocaleString('en')} uses, by ${input.values.get('sort') ?? 'port'}`, columns, results),
  );
  return layout({
    title: listTitle(title, new Map([...input.values].filter(([name]) => name !== 'origin'))),
    section: '/associations?origin=informal',
    registryDate,
    content: html`<h1>${title}</h1>
<p class="lede">Uses that IANA has not assigned, with their sources: known informal uses, and own entries of this team. See also <a href="${address('/own')}">our ports</a> and the <a href="${address('/assignments')}">official rows</a>.</p>
${filters('/associations', ASSOCIATION_FIELDS, input, 'Filter')}
${shown}`,
  });
}

/** The titles of the lists of one origin. */
const TITLES: Readonly<Record<string, string>> = { informal: 'Informal uses', own: 'Own entries' };

const FIRST_COLUMNS: Columns<Association> = {
  Ports: linkedSpan,
  Protocol: ({ protocols }) => protocols.join(', '),
  Name: associationLink,
};

const INFORMAL_COLUMNS: Columns<Association> = {
  ...FIRST_COLUMNS,
  Origin: ({ origin }) => origin,
  Category: ({ category }) => category,
  Confidence: confidence,
  'Used by': ({ usedBy }) => renderUntrusted(usedBy),
};

const COLUMNS: Columns<Association> = {
  ...INFORMAL_COLUMNS,
  Owner: ({ owner }) => renderUntrusted(owner),
  Environment: ({ environment }) => renderUntrusted(environment),
};

const OWN_COLUMNS: Columns<Association> = {
  ...FIRST_COLUMNS,
  Owner: ({ owner }) => renderUntrusted(owner),
  Environment: ({ environment }) => renderUntrusted(environment),
};

/** Renders the rows of a list, its pages and its other formats; nothing for invalid parameters. */
function* results<View extends Paging>(
  path: string,
  { values }: FormInput,
  view: View | null,
  render: (view: View) => Steps<SafeHtml>,
): Steps<SafeHtml> {
  if (view === null) return html``;
  return html`${view.results.length === 0 ? none(view) : yield* render(view)}
${pager(view)}
${alternateFormats(addressWith(path, Object.fromEntries(values)))}`;
}

function none({ count }: Paging): SafeHtml {
  return html`<p>${count === 0 ? 'No results.' : 'No more results.'}</p>`;
}
