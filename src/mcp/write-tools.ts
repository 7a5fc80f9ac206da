import { parseWholeNumber } from '../registry/values/page.ts';
import { requireArgument, toQuery } from './arguments.ts';
import type { Tool } from './tool.ts';

/** The tools that write. */
export const WRITE_TOOLS: readonly Tool[] = [
  {
    name: 'reserve_port',
    title: 'Reserve a port',
    description:
      'Selects a free port and creates an own entry on it. A second call with the same key returns the same entry.',
    hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    arguments: {
      name: { from: 'schemas/Reservation/name', but: { description: 'The name of the service.' } },
      key: {
        from: 'schemas/Reservation/key',
        but: { description: 'Identifies the reservation, such as billing-api/production.' },
      },
      pool: { from: 'schemas/Reservation/pool' },
      within: { from: 'schemas/Reservation/within' },
      near: { from: 'schemas/Reservation/near' },
      count: { from: 'schemas/Reservation/count' },
      protocols: {
        from: 'schemas/Reservation/protocols',
        but: { description: 'By default tcp, or the protocols of the pool.' },
      },
      owner: { from: 'schemas/Reservation/owner' },
      environment: {
        from: 'schemas/Reservation/environment',
        but: { description: 'The environment of the service.' },
      },
      note: { from: 'schemas/Reservation/note', but: { description: 'Further information.' } },
    },
    required: ['name', 'key'],
    toRequest: (given) => {
      const { key = '' } = given;
      requireArgument(toQuery({ key }), 'key', 'a text such as billing-api/production');
      return { reserve: given };
    },
  },
  {
    name: 'release_port',
    title: 'Release a port',
    description: 'Deletes an own entry, which frees its ports. The entry cannot be restored.',
    hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    arguments: {
      id: {
        from: 'parameters/AssociationId',
        but: { description: 'The id of the entry, such as own-cfec021c38cf.' },
      },
      revision: {
        from: 'schemas/Association/revision',
        but: { description: 'Refuses the call if the entry has another revision.' },
      },
    },
    required: ['id'],
    toRequest: (given) => {
      const query = toQuery(given);
      const written = query.get('revision');
      const revision = written === undefined ? null : parseWholeNumber(written, 'revision', 1, Number.MAX_SAFE_INTEGER);
      return { release: { id: requireArgument(query, 'id', 'the id of an own entry'), revision } };
    },
  },
];
