import type { Request } from 'express';
import type { Catalogue } from '../../registry/catalogue.ts';
import { checkOwn } from '../../registry/own/own-entry.ts';
import type { Association } from '../../registry/rows/association.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { HttpError } from '../message/problem.ts';
import { strongValidatorOf } from './compression.ts';

/**
 * Returns the strong validator of an association's JSON, which is never compressed.
 *
 * @param association - The association.
 */
export function associationTag(association: Association): string {
  return strongValidatorOf(JSON.stringify(association));
}

/**
 * Compares `If-Match` with the current association, by strong comparison (RFC 9110, section 13.1.1).
 *
 * @param request - The request.
 * @param registry - The registry with the association.
 * @param id - The association's id.
 * @returns The revision that the client has read; null for any revision (`*`).
 * @throws {RegistryError} `not_found`; `forbidden` if it is not an own entry; `stale` if it has changed in the meantime.
 * @throws {HttpError} 428 without `If-Match`, 400 if it is malformed.
 */
export function checkPrecondition(request: Request, registry: Catalogue, id: string): number | null {
  const current = registry.association(id);
  checkOwn(current);
  const header = request.get('If-Match');
  if (header === undefined) {
    throw new HttpError(
      428,
      'Cannot change without If-Match: expected the ETag that GET gave, so that no change is lost',
    );
  }
  if (header.trim() === '*') return null;
  if (!/^(?:\s*(?:W\/)?"[^"]*"\s*(?:,|$))+$/.test(header)) {
    throw new HttpError(400, `Cannot read If-Match ${quoteInput(header)}: expected an ETag in its quotes, or *`);
  }
  const tags: readonly string[] = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  if (tags.includes(associationTag(current))) return current.revision;
  const detail = `Cannot change association ${quoteInput(id)}: it is not the one that If-Match names; read it again`;
  throw new RegistryError('stale', detail);
}
