import { queryGraphql } from './graphql.js';

/** The most options, and the number of rows behind them: a service has one row per protocol. */
const MAX_OPTIONS = 8;
const ROWS = 32;

const QUERY = `query SearchOptions($text: String!, $rows: Int!) {
  search(text: $text, first: $rows) {
    totalCount
    suggestions
    nodes { port protocol name description origin row { ... on Association { last: lastPort } ... on Assignment { officialLast: lastPort } } }
  }
}`;
const PORT_QUERY = `query PortOption($number: Int!) { port(number: $number) { summary } }`;

/**
 * Finds options for a text: first the port if the text is a port number, then rows, grouped by service.
 *
 * @param {DOMStringMap} addresses - The URL of `graphql`, and the URL prefixes of a `port` and a `service`.
 * @param {string} text - The text in the search box.
 * @param {AbortSignal} signal - Cancels the search.
 * @returns {Promise<{ options: object[], count: number, suggestions: string[] }>}
 */
export async function findOptions(addresses, text, signal) {
  const number = parsePort(text);
  const [found, exact] = await Promise.all([
    queryGraphql(addresses.graphql, QUERY, { text, rows: ROWS }, signal),
    number === undefined ? undefined : queryGraphql(addresses.graphql, PORT_QUERY, { number }, signal),
  ]);
  const { nodes, totalCount, suggestions } = found.search;
  const options = [...Map.groupBy(nodes, ({ port, name }) => `${port} ${name}`).values()].map((rows) =>
    toOption(addresses, rows),
  );
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
  return { options: options.slice(0, MAX_OPTIONS), count: totalCount, suggestions };
}

function parsePort(text) {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
}

function toOption(addresses, rows) {
  const [{ port, name, description, origin, row }] = rows;
  const last = row.last ?? row.officialLast;
  const protocols = rows.flatMap(({ protocol }) => (protocol === null ? [] : [protocol.toLowerCase()]));
  return {
    port: port === null ? 'no port' : last > port ? `${port}–${last}` : String(port),
    name: name ?? '',
    protocols: [...new Set(protocols)].join(', '),
    words:
      origin === 'IANA'
        ? (description ?? '')
        : `${origin.toLowerCase()}${description === null ? '' : `: ${description}`}`,
    address: port === null ? `${addresses.service}${encodeURIComponent(name)}` : `${addresses.port}${port}`,
    isExact: false,
  };
}
