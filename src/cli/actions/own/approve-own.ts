import { COMMAND_LINE } from '../../../registry/own/token.ts';
import type { Association } from '../../../registry/rows/association.ts';
import { formatSpan } from '../../../registry/values/port-range.ts';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import { escapeInvisible } from '../../terminal/terminal-text.ts';
import { fetchJson, postFile, type RemoteServer } from '../fetch-from-server.ts';
import { writeTo } from '../write-source.ts';
import type { ImportTarget } from './import-own.ts';

/**
 * Approves an own entry or withdraws its approval, and prints the result.
 *
 * @param target - The server or the database.
 * @param id - The id of the entry.
 * @param isApproved - False withdraws the approval.
 * @throws {RegistryError} As `OwnRegistry.approve`; as `fetchJson`.
 */
export async function approveOwn(target: ImportTarget, id: string, isApproved: boolean): Promise<void> {
  const entry =
    'server' in target
      ? await approveOnServer(target, id, isApproved)
      : await writeTo(target, ({ writes }) => writes.approve(id, isApproved, null, COMMAND_LINE));
  const { approvedBy, approvedAt } = entry;
  const place = `${formatSpan(entry)} ${JSON.stringify(entry.name)} ${id}`;
  const text = approvedAt === null ? `not approved ${place}` : `approved ${place}: by ${approvedBy}, ${approvedAt}`;
  console.log(escapeInvisible(text));
}

type ApprovedEntry = Pick<Association, 'name' | 'firstPort' | 'lastPort' | 'approvedBy' | 'approvedAt'>;

async function approveOnServer(server: RemoteServer, id: string, isApproved: boolean): Promise<ApprovedEntry> {
  const current = (await fetchJson(server, `/associations/${encodeURIComponent(id)}`)) as Association;
  const mutation = isApproved ? 'approveAssociation' : 'withdrawApproval';
  const query = `mutation ($id: ID!, $revision: Int!) {
    entry: ${mutation}(id: $id, revision: $revision) { name firstPort lastPort approvedBy approvedAt }
  }`;
  const body = JSON.stringify({ query, variables: { id, revision: current.revision } });
  const answer = (await postFile(server, '/graphql', 'application/json', Buffer.from(body))) as {
    readonly data?: { readonly entry: ApprovedEntry } | null;
    readonly errors?: readonly { readonly message: string }[];
  };
  if (answer.data != null) return answer.data.entry;
  throw new RegistryError('unavailable', answer.errors?.[0]?.message ?? 'The server did not approve the entry');
}
