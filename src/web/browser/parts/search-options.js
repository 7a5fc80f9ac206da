import { askGraphql } from './graphql.js';

/** How many options are offered, and how many rows they are made of: a service has one for each protocol. */
const MOST = 8;
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
 * Finds what could be meant by a text: first the port where it is a port number, then rows, those of a service together.
 *
 * @param {DOMStringMap} addresses - `graphql`, and the beginnings of the addresses of a `port` and a `service`.
 * @param {string} text - What was typed.
 * @param {AbortSignal} signal - Ends the question.
 * @returns {Promise<{ options: object[], count: number, suggestions: string[] }>}
 */
export async function findOptions(addresses, text, signal) {
  const number = portOf(text);
  const [found, itself] = await Promise.all([
    askGraphql(addresses.graphql, QUERY, { text, rows: ROWS }, signal),
    number === undefined ? undefined : askGraphql(addresses.graphql, PORT_QUERY, { number }, signal),
  ]);
  const { nodes, totalCount, suggestions } = found.search;
  const options = [...Map.groupBy(nodes, ({ port, name }) => `${port} ${name}`).values()].map((rows) =>
    toOption(addresses, rows),
  );
  if (itself !== undefined) {
    const address = `${addresses.port}${number}`;
    options.unshift({
      port: String(number),
      name: '',
      protocols: '',
      words: itself.port.summary,
      address,
      isMeant: true,
    });
  }
  return { options: options.slice(0, MOST), count: totalCount, suggestions };
}

function portOf(text) {
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
    isMeant: false,
  };
}
