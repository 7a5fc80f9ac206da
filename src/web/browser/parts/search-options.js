import { queryGraphql } from './graphql.js';

/** The most options. */
const MAX_OPTIONS = 8;

const QUERY = `query SearchOptions($text: String!, $most: Int!) {
  search(text: $text, first: $most) {
    totalCount
    suggestions
    corrected { to }
    nodes { port lastPort protocols name description origin }
  }
}`;
const PORT_QUERY = `query PortOption($number: Int!) { port(number: $number) { summary } }`;

/**
 * Finds options for a text: first the port if the text is a port number, then search results.
 *
 * @param {DOMStringMap} addresses - The URL of `graphql`, and the URL prefixes of a `port` and a `service`.
 * @param {string} text - The text in the search box.
 * @param {AbortSignal} signal - Cancels the search.
 * @returns {Promise<{ options: object[], count: number, suggestions: string[], corrected: { to: string } | null }>}
 */
export async function findOptions(addresses, text, signal) {
  const number = parsePort(text);
  const [found, exact] = await Promise.all([
    queryGraphql(addresses.graphql, QUERY, { text, most: MAX_OPTIONS }, signal),
    number === undefined ? undefined : queryGraphql(addresses.graphql, PORT_QUERY, { number }, signal),
  ]);
  const { nodes, totalCount, suggestions, corrected } = found.search;
  const options = nodes.map((node) => toOption(addresses, node));
  if (exact !== undefined) {
    const address = `${addresses.port}${number}`;
    options.unshift({
      port: String(number),
      name: '',
      protocols: '',
      words: exact.port.summary,
      address,
      isExact: true,
    });
  }
  return { options: options.slice(0, MAX_OPTIONS), count: totalCount, suggestions, corrected };
}

function parsePort(text) {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
}

function toOption(addresses, { port, lastPort, protocols, name, description, origin }) {
  return {
    port: port === null ? 'no port' : lastPort > port ? `${port}–${lastPort}` : String(port),
    name: name ?? '',
    protocols: protocols.map((protocol) => protocol.toLowerCase()).join(', '),
    words:
      origin === 'IANA'
        ? (description ?? '')
        : `${origin.toLowerCase()}${description === null ? '' : `: ${description}`}`,
    address: port === null ? `${addresses.service}${encodeURIComponent(name)}` : `${addresses.port}${port}`,
    isExact: false,
  };
}
