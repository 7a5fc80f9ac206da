import { html, type SafeHtml } from '@remix-run/html-template';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { addressWith, portAddress } from './address.ts';
import { alternateFormats } from './alternate-formats.ts';
import { copyableCode } from './copyable-code.ts';

/**
 * Renders links to the other formats of a port's report, and the equivalent GraphQL query.
 *
 * @param number - A port number, 0-65535.
 * @param protocol - The requested protocol, or null.
 * @param asOf - The requested date, `YYYY-MM-DD`, or null.
 */
export function apiLinks(number: number, protocol: TransportProtocol | null, asOf: string | null): SafeHtml {
  const query = portQuery(number, protocol, asOf);
  const here = portAddress(number, protocol);
  return html`<section aria-labelledby="same"><h2 id="same">API and other formats</h2>
${alternateFormats(asOf === null ? here : `${here}?asOf=${asOf}`, [html`<a href="${addressWith('/graphql', { query: query.replace(/\s+/g, ' ') })}">GraphQL</a>`])}
<details><summary>Equivalent GraphQL query</summary>
${copyableCode(query, 'the GraphQL query')}
</details>
</section>`;
}

/**
 * Returns the GraphQL query for all fields of a port's report.
 *
 * @param number - A port number, 0-65535.
 * @param protocol - The requested protocol, or null.
 * @param asOf - The requested date, `YYYY-MM-DD`, or null.
 */
export function portQuery(number: number, protocol: TransportProtocol | null, asOf: string | null = null): string {
  const conditions = [
    ...(protocol === null ? [] : [`, protocol: ${protocol.toUpperCase()}`]),
    ...(asOf === null ? [] : [`, asOf: "${asOf}"`]),
  ].join('');
  return `{
  port(number: ${number}${conditions}) {
    number
    range { name title firstPort lastPort reference }
    summary
    states { tcp udp sctp dccp }
    assignments {
      serviceName firstPort lastPort protocol state description assignee contact registrationDate
      modificationDate references { title url } serviceCode unauthorizedUse notes aliasOf
    }
    associations {
      id name usedBy firstPort lastPort protocols category confidence origin note sources { title url }
      owner contact environment link tags revision
    }
    ephemeralRanges { system title firstPort lastPort }
    blockedByBrowsers
    checks { system tool command needsRoot }
    registry { date importedAt }
  }
}`;
}
