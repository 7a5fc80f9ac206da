import { html, type SafeHtml } from '@remix-run/html-template';
import type { Association } from '../../registry/rows/association.ts';
import { spanWidth } from '../../registry/values/port-range.ts';
import { type TransportProtocol, tryParseTransportProtocol } from '../../registry/values/transport-protocol.ts';
import type { FormValues } from '../forms/form.ts';
import { entryFields, type InitialEntry, initialEntry } from '../own/entry-form.ts';
import { saveForm } from '../own/form-fields.ts';
import { deleteDialog, TOKEN_LINE } from '../own/own-dialogs.ts';
import { address, addressWith, associationAddress, portAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { ASSETS } from '../parts/assets.ts';
import { useFields } from '../parts/facts.ts';
import { layout } from '../parts/layout.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { changeTime } from './own-page.ts';

/** The styles of pages with a form or a dialog of own entries. */
const STYLES = [ASSETS.ownStyle];

/**
 * Renders the page with the form of a new own entry.
 *
 * @param values - The query parameters by name: the initial values `port`, `protocol`, `name`, `owner` and
 *   `environment`.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function newEntryPage(values: FormValues, registryDate: string): string {
  const [port, protocol] = [values.get('port') ?? '', knownProtocol(values.get('protocol'))];
  const hosts = values.get('hosts') ?? '';
  const given = {
    ...Object.fromEntries([...values].filter(([name]) => ['name', 'owner', 'environment'].includes(name))),
    ...(protocol === null ? {} : { protocols: [protocol] }),
    ...(hosts === '' ? {} : { hosts: hosts.split(',') }),
  };
  const example = { name: 'billing-api', firstPort: /^\d{1,5}$/.test(port) ? Number(port) : 8443, ...given };
  const command = html`curl localhost:7605${address('/associations')} -H "Authorization: Bearer $TOKEN" --json ${shellText(JSON.stringify(example))}`;
  return layout({
    title: 'Add an own entry',
    section: '/own',
    isPart: true,
    registryDate,
    scripts: [ASSETS.entryForm],
    styles: STYLES,
    content: html`<div class="head"><h1>Add an own entry</h1>
${TOKEN_LINE}</div>
${entryForm({ ...given, port }, null, [command])}`,
  });
}

function knownProtocol(text = ''): TransportProtocol | null {
  const protocol = tryParseTransportProtocol(text, 'protocol');
  return typeof protocol === 'string' ? protocol : null;
}

/**
 * Quotes a text for a shell.
 *
 * @param text - Any text.
 */
export function shellText(text: string): SafeHtml {
  return renderUntrusted(`'${text.replaceAll("'", String.raw`'\''`)}'`);
}

function entryForm(values: InitialEntry, entry: Association | null, commands: readonly SafeHtml[]): SafeHtml {
  const target = entry === null ? html`` : html` data-id="${entry.id}" data-revision="${entry.revision}"`;
  const back = entry === null ? address('/own') : associationAddress(entry.id);
  const content = html`${entryFields(values)}
<div class="conflicts" aria-live="polite"></div>`;
  return saveForm('entry', 'an entry', target, content, back, commands);
}

/**
 * Renders the page of one informal or own use. That of an own entry has the form that changes it.
 *
 * @param association - The use.
 * @param changed - The time of the last change of an own entry, ISO 8601 in UTC; undefined if it is not known.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function associationPage(association: Association, changed: string | undefined, registryDate: string): string {
  const isOwn = association.origin === 'own';
  return layout({
    title: association.name,
    section: isOwn ? '/own' : '/associations?origin=informal',
    isPart: true,
    registryDate,
    scripts: isOwn ? [ASSETS.entryPage] : [],
    styles: STYLES,
    content: html`<div class="head"><h1>${renderUntrusted(association.name)}</h1>
<p class="meta">${isOwn ? html`<a href="${address('/own')}">Own entry</a>` : html`<a href="${addressWith('/associations', { origin: 'informal' })}">Informal use</a>`}</p>
${isOwn ? TOKEN_LINE : ''}</div>
${facts(association, changed)}
${isOwn ? changes(association) : ''}
${alternateFormats(associationAddress(association.id))}
${isOwn ? html`<section id="history" data-id="${association.id}" aria-labelledby="history-title" hidden><h2 id="history-title">History</h2></section>` : ''}`,
  });
}

function facts(association: Association, changed: string | undefined): SafeHtml {
  const { id, revision, protocols, approvedBy, approvedAt } = association;
  const fields: (readonly [string, SafeHtml | string])[] = [
    [spanWidth(association) === 0 ? 'Port' : 'Ports', ports(association)],
    ['Protocol', protocols.join(', ')],
    ...useFields(association),
    ...(approvedAt === null
      ? []
      : [
          [
            'Approved',
            html`<time datetime="${approvedAt}">${approvedAt.slice(0, 10)}</time>, by ${approvedBy}`,
          ] as const,
        ]),
    ...(revision === null
      ? []
      : [['Revision', html`${revision}${changed === undefined ? '' : html`, ${changeTime(id, changed)}`}`] as const]),
  ];
  return html`<dl class="facts">
${fields.map(
  ([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>
`,
)}</dl>`;
}

/** Renders the button that approves the entry or withdraws its approval. A script shows it to admins. */
function approvalButton({ approvedAt, revision }: Association): SafeHtml {
  const [method, label] = approvedAt === null ? ['POST', 'Approve'] : ['DELETE', 'Withdraw approval'];
  return html`<button type="button" class="button" id="approval" data-method="${method}" data-revision="${revision}" hidden>${label}</button> `;
}

/** Renders links to the page of the port, or of the first and the last port and the list of a range. */
function ports({ firstPort, lastPort }: Association): SafeHtml {
  const link = (port: number) => html`<a href="${portAddress(port)}">${port}</a>`;
  if (firstPort === lastPort) return link(firstPort);
  const span = `${firstPort}-${lastPort}`;
  const all = lastPort - firstPort < MOST_LISTED;
  return html`${link(firstPort)}-${link(lastPort)}${all ? html` (<a href="${addressWith('/ports', { ports: span })}">each port</a>)` : ''}`;
}

/** The most ports of a list of ports. */
const MOST_LISTED = 1_000;

function changes(entry: Association): SafeHtml {
  const { id } = entry;
  const here = associationAddress(id);
  const commands = [
    html`TAG=$(curl -sI localhost:7605${here} | sed -n 's/^ETag: //p' | tr -d '\\r')`,
    html`curl -X PATCH localhost:7605${here} -H "Authorization: Bearer $TOKEN" -H "If-Match: $TAG" --json '{"owner":"payments"}'`,
  ];
  return html`<div class="changing">
<details id="change"><summary class="button">Change</summary>
${entryForm(initialEntry(entry), entry, commands)}
</details>
<p class="actions">${approvalButton(entry)}<button type="button" class="button danger" data-delete="${id}">Delete</button></p>
<p class="fault summary" id="approval-fault" role="alert"></p>
</div>
${deleteDialog('entry')}`;
}
