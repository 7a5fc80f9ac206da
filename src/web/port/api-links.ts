import { html, type SafeHtml } from '@remix-run/html-template';
import { ASSOCIATION_FIELD_NAMES, ASSOCIATION_FIELDS } from '../../registry/rows/association.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { addressWith, portAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { curlCommand } from '../parts/copyable-code.ts';

/**
 * Renders the curl command for a port's report, and links to its other formats and to the equivalent GraphQL query.
 *
 * @param number - A port number, 0-65535.
 * @param protocol - The requested protocol, or null.
 * @param asOf - The requested date, `YYYY-MM-DD`, or null.
 */
export function apiLinks(number: number, protocol: TransportProtocol | null, asOf: string | null): SafeHtml {
  const query = portQuery(number, protocol, asOf);
  const here = portAddress(number, protocol);
  const path = asOf === null ? here : `${here}?asOf=${asOf}`;
  return html`<section aria-labelledby="same"><h2 id="same">From a script</h2>
${curlCommand(path)}
${alternateFormats(path, [html`<a href="${addressWith('/graphql', { query: query.replace(/\s+/g, ' ') })}">GraphQL</a>`])}
</section>`;
}

/** The fields of an association, each with its own fields if it has any. */
const ASSOCIATION_SELECTION = ASSOCIATION_FIELD_NAMES.map((name) =>
  ASSOCIATION_FIELDS[name].kind?.name === 'referenceList' ? `${name} { title url }` : name,
);

/**
 * Returns the GraphQL query for all fields of a port's report.
 *
 * @param number - A port number, 0-65535.
 * @param protocol - The requested protocol, or null.
 * @param asOf - The requested date, `YYYY-MM-DD`, or null.
 */
function portQuery(number: number, protocol: TransportProtocol | null, asOf: string | null = null): string {
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
      prominence
    }
    associations {
      ${ASSOCIATION_SELECTION.join(' ')}
    }
    otherNames { name protocols sources { title url } }
    ephemeralRanges { system title firstPort lastPort }
    blockedByBrowsers
    checks { system tool command needsRoot }
    registry { date }
    observed { hosts sockets gone processes lastSeen }
  }
}`;
}
