import type { Request } from 'express';
import { checkOwn } from '../../registry/own/own-entry.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Association } from '../../registry/rows/association.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { HttpError } from '../message/problem.ts';
import { strongValidatorOf } from './compression.ts';

/**
 * Gives the validator of an association's JSON. It is strong: the answer is never compressed.
 *
 * @param association - The association.
 */
export function associationTag(association: Association): string {
  return strongValidatorOf(JSON.stringify(association));
}

/**
 * Compares `If-Match` with the association that would be changed, strongly, as RFC 9110 has it (section 13.1.1).
 *
 * @param request - The request.
 * @param registry - Where the association stands.
 * @param id - Its id.
 * @returns The revision that the client has seen; null when it takes whichever there is (`*`).
 * @throws {RegistryError} `not_found`; `forbidden` when it is none of the team's; `stale` when it is another one by now.
 * @throws {HttpError} 428 without `If-Match`, 400 when it cannot be read.
 */
export function readPrecondition(request: Request, registry: Registry, id: string): number | null {
  const current = registry.association(id);
  checkOwn(current);
  const written = request.get('If-Match');
  if (written === undefined) {
    throw new HttpError(
      428,
      'Cannot change without If-Match: expected the ETag that GET gave, so that no change is lost',
    );
  }
  if (written.trim() === '*') return null;
  if (!/^(?:\s*(?:W\/)?"[^"]*"\s*(?:,|$))+$/.test(written)) {
    throw new HttpError(400, `Cannot read If-Match ${quoteInput(written)}: expected an ETag in its quotes, or *`);
  }
  const tags: readonly string[] = written.match(/(?:W\/)?"[^"]*"/g) ?? [];
  if (tags.includes(associationTag(current))) return current.revision;
  const detail = `Cannot change association ${quoteInput(id)}: it is not the one that If-Match names; read it again`;
  throw new RegistryError('stale', detail);
}
