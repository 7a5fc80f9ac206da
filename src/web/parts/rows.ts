import { html, type SafeHtml } from '@remix-run/html-template';
import { type Assignment, assignmentSpan } from '../../registry/rows/assignment.ts';
import { type Association, CONFIDENCE_WORDS } from '../../registry/rows/association.ts';
import { formatSpan, type PortSpan } from '../../registry/values/port-range.ts';
import { associationAddress, portAddress } from './address.ts';
import { joinFacts, useFacts, useTexts } from './facts.ts';
import { table } from './table.ts';
import { isWebLink, linkedReference, renderUntrusted } from './untrusted-text.ts';

/**
 * Renders informal uses of a port as a table with one line for each use. Its page has the note and all sources.
 *
 * @param caption - The caption, for screen readers.
 * @param uses - The uses, in the order of the answer.
 */
export function useTable(caption: string, uses: readonly Association[]): SafeHtml {
  return table(
    caption,
    ['Program', 'Protocols', 'Ports', 'Confidence'],
    uses.map((use) => [
      html`<span id="use-${use.id}">${associationLink(use)}</span>`,
      use.protocols.join(', '),
      use.firstPort === use.lastPort ? 'this port' : formatSpan(use),
      html`${confidence(use)}${sourceLink(use)}`,
    ]),
    'compact',
  );
}

function sourceLink({ name, sources }: Association): SafeHtml | string {
  const url = sources.find((source) => isWebLink(source.url))?.url;
  return url === undefined
    ? ''
    : html` <a href="${url}" rel="noreferrer nofollow" aria-label="Source of ${name}">source</a>`;
}

/**
 * Renders the ports of a row as a link; a row without ports reserves a name only.
 *
 * @param row - The row, or a change of it.
 */
export function portsOf(row: Pick<Assignment, 'firstPort' | 'lastPort'>): SafeHtml | string {
  const span = assignmentSpan(row);
  return span === null ? 'none' : linkedSpan(span);
}

/**
 * Renders a port interval as a link to its first port.
 *
 * @param span - The interval.
 */
export function linkedSpan(span: PortSpan): SafeHtml {
  return html`<a href="${portAddress(span.firstPort)}">${formatSpan(span)}</a>`;
}

/**
 * Renders informal or own uses as a list, with confidence and sources.
 *
 * @param uses - The uses, in the order of the answer.
 */
export function useList(uses: readonly Association[]): SafeHtml {
  return html`<ul class="uses">
${uses.map(
  (use) => html`<li id="use-${use.id}">${useBlock(use)}</li>
`,
)}</ul>`;
}

/**
 * Renders a link to the page of a use, with its name.
 *
 * @param use - The use.
 */
export function associationLink({ id, name }: Pick<Association, 'id' | 'name'>): SafeHtml {
  return html`<a href="${associationAddress(id)}">${renderUntrusted(name)}</a>`;
}

/**
 * Renders the confidence of a use in words.
 *
 * @param use - The use.
 */
export function confidence({ confidence }: Pick<Association, 'confidence'>): SafeHtml {
  return html`<span class="confidence ${confidence}">${CONFIDENCE_WORDS[confidence]}</span>`;
}

function useBlock(use: Association): SafeHtml {
  const facts = [
    linkedSpan(use),
    use.protocols.join(', '),
    use.category,
    ...(use.origin === 'own' ? [] : [confidence(use)]),
  ];
  const ownFacts = useFacts(use);
  return html`<h3>${associationLink(use)}</h3>
${use.usedBy === null ? '' : html`<p>${renderUntrusted(use.usedBy)}</p>`}
<p class="meta">${joinFacts(facts)}</p>
${ownFacts.length === 0 ? '' : html`<p class="meta">${joinFacts(ownFacts)}</p>`}
${useTexts(use)}
${use.sources.length === 0 ? '' : html`<p class="meta">Sources: ${joinFacts(use.sources.map(linkedReference))}</p>`}
${use.origin === 'own' ? html`<p><a class="button" href="${associationAddress(use.id)}#entry" aria-label="Change ${use.name}">Change</a></p>` : ''}`;
}
