import { type RequestHandler, Router } from 'express';
import { checkHostRight } from '../../registry/advice/token-rights.ts';
import { parseHostName } from '../../registry/observed/host-name.ts';
import type { ObservationLimits } from '../../registry/observed/observation.ts';
import { toSeenSockets } from '../../registry/observed/seen-sockets.ts';
import type { Author } from '../../registry/own/token.ts';
import type { OwnRegistry } from '../../registry/own-registry.ts';
import { parseQuery } from '../../rest/query.ts';
import {
  checkListening,
  checkSnapshotText,
  OBSERVATION_PARAMETERS,
  OBSERVATION_PATH,
  parseSnapshotRequest,
} from '../../rest/write/snapshots.ts';
import { decodeText } from '../../sources/text-encoding.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods } from '../message/methods.ts';
import { negotiate } from '../message/negotiate.ts';
import { HttpError } from '../message/problem.ts';
import { requireScope } from '../middleware/authorization.ts';
import { countWrites } from '../middleware/counting.ts';
import { readBytes } from '../work/body.ts';
import { workOf } from '../work/request-work.ts';
import { encodingOf } from './body-encoding.ts';
import type { WriteParts } from './writes.ts';

/** The memory per byte of a body besides the body itself: the sockets as objects. */
const HELD_PER_BYTE = 4;

/** The parts of the routes that write, with the limits of observations. */
export interface ObservationParts extends Pick<WriteParts, 'authorize' | 'counts' | 'held' | 'bodyBytes'> {
  readonly own: Pick<OwnRegistry, 'observe'>;
  readonly observations: ObservationLimits;
}

/**
 * Handles `PUT /observations/{host}`: all sockets of a host, as a tool prints them.
 *
 * @param parts - The registry, the check of tokens, and the limits.
 */
export function observationRouter(parts: ObservationParts): Router {
  const { authorize, counts, bodyBytes, held } = parts;
  const router = Router({ caseSensitive: true, strict: true });
  router.all(
    OBSERVATION_PATH,
    allowMethods(['PUT']),
    countWrites(counts),
    requireScope(authorize, 'observe'),
    expectHost,
    expectText,
    readBytes(bodyBytes, held),
    handleSnapshot(parts),
  );
  return router;
}

/** Refuses a host to which the token is not bound, before the body is read. */
const expectHost: RequestHandler = (request, response, next) => {
  checkHostRight(parseHostName(String(request.params.host)), response.locals.author as Author);
  next();
};

/** `curl -T` sends no Content-Type. */
const expectText: RequestHandler = (request, _response, next) => {
  if (request.get('Content-Type') === undefined || request.is('text/plain')) next();
  else throw new HttpError(415, 'Cannot read the body: expected Content-Type text/plain');
};

function handleSnapshot({ own, held, observations }: ObservationParts): RequestHandler {
  return async (request, response) => {
    const query = parseQuery(searchOf(request.originalUrl), OBSERVATION_PARAMETERS);
    negotiate(request, ['json'], undefined);
    const asked = parseSnapshotRequest(String(request.params.host), query);
    const { udp, mayBeEmpty, ...snapshot } = asked;
    const text = decodeText(request.body, encodingOf(request));
    checkSnapshotText(text, mayBeEmpty);
    const { run } = workOf(response);
    held.hold(response, text.length * HELD_PER_BYTE);
    // Imported on demand, as a server may never need it.
    const { parseSnapshot } = await import('../../sources/snapshots/parse-snapshot.ts');
    const { sockets, scanned } = await parseSnapshot(snapshot.source, text, run);
    checkListening(asked, sockets);
    const seen = await toSeenSockets(sockets, udp, observations.rows, run);
    const stored = await own.observe({ ...snapshot, sockets: seen, scanned }, observations);
    response.set('Cache-Control', 'no-store').vary('Accept').type('application/json').end(JSON.stringify(stored));
  };
}
