import { html } from '@remix-run/html-template';
import type { Suitability } from '../../registry/advice/suitability.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { select, textField } from '../forms/fields.ts';
import { type FormInput, filters } from '../forms/form.ts';
import { addressWith, portAddress } from '../parts/address.ts';
import { advice } from '../parts/advice.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { layout } from '../parts/layout.ts';

const FIELDS = [
  select('protocol', 'Protocol of the service', TRANSPORT_PROTOCOLS),
  textField('environment', 'Its environment', { maxlength: 100, example: 'production' }),
];

/**
 * Renders the page of the advice on a port.
 *
 * @param number - The port number, 0-65535.
 * @param input - The query parameters, and what is wrong with them.
 * @param suitability - The advice; null for invalid parameters.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function suitabilityPage(
  number: number,
  input: FormInput,
  suitability: Suitability | null,
  registryDate: string,
): string {
  const path = `/ports/${number}/suitability`;
  const protocol = suitability?.protocol ?? null;
  const title = `${protocol === null ? number : `${number}/${protocol}`} for a new service`;
  return layout({
    title: `Port ${title}`,
    section: null,
    registryDate,
    content: html`<h1><span class="word">Port</span> <a href="${portAddress(number)}">${number}</a> for a new service</h1>
<p>May a new service use this port? The answer can depend on the protocol of the service and on its environment: own entries of another environment do not count.</p>
${filters(path, FIELDS, input, 'Ask')}
${suitability === null ? '' : html`<div class="lede">${advice(suitability)}</div>${alternateFormats(addressWith(path, Object.fromEntries(input.values)))}`}`,
  });
}
