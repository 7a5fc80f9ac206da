import { quoteInput, RegistryError } from '../registry/registry-error.ts';

/** A server that is asked instead of the local database. */
export interface Server {
  /** Its address, with the path below which it answers. */
  readonly server: string;
  /** What it may ask for before it answers. */
  readonly token: string | undefined;
}

/** How long a server may take to begin its answer, in milliseconds. */
const ANSWER_MS = 30_000;

/**
 * Asks a server.
 *
 * @param server - Which one.
 * @param address - Path and query, from the server's root.
 * @param mediaType - What the answer is to be.
 * @returns The answer, which is one with status 200.
 * @throws {RegistryError} With the server's own words where it refuses; `unavailable` when it does not answer.
 */
export async function askServer({ server, token }: Server, address: string, mediaType: string): Promise<Response> {
  const root = readAddress(server);
  const headers = { Accept: mediaType, ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
  const response = await fetch(root + address, { headers, signal: AbortSignal.timeout(ANSWER_MS) }).catch((error) => {
    const { name, message, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
    const reason =
      name === 'TimeoutError' ? `none in ${ANSWER_MS / 1000} s` : (cause?.code ?? cause?.message ?? message);
    throw new RegistryError('unavailable', `No answer from ${root}: ${reason}`, { cause: error });
  });
  if (response.status === 200) return response;
  throw await refusal(root, response);
}

function readAddress(server: string): string {
  const url = URL.parse(server);
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (isPlain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/$/, '');
  const message = `Cannot parse --server ${quoteInput(server)}: expected an address such as https://ports.example.org`;
  throw new RegistryError('invalid_argument', message, { parameter: 'server' });
}

/** What a server says of a question is the answer here too; anything else is told by its status. */
async function refusal(root: string, response: Response): Promise<RegistryError> {
  const { detail, errors, suggestions } = (await response.json().catch(() => ({}))) as {
    readonly detail?: string;
    readonly errors?: readonly { readonly parameter: string }[];
    readonly suggestions?: readonly string[];
  };
  const wait = response.headers.get('Retry-After');
  const again = wait === null ? '' : ` (again in ${wait} s)`;
  const parameter = errors?.[0]?.parameter;
  if (detail === undefined)
    return new RegistryError('unavailable', `${root} answers with status ${response.status}${again}`);
  const more = suggestions === undefined ? {} : { suggestions };
  if (response.status !== 400) return new RegistryError('unavailable', `${detail}${again}`, more);
  return new RegistryError('invalid_argument', detail, { ...more, parameter: parameter ?? 'path' });
}
