import { parseReservation } from '../registry/advice/reservation.ts';
import type { Author } from '../registry/own/token.ts';
import type { OwnRegistry } from '../registry/own-registry.ts';
import type { Registry } from '../registry/registry.ts';
import { type ErrorCode, RegistryError } from '../registry/values/registry-error.ts';
import { prepareInSteps } from '../registry/values/registry-version.ts';
import type { RunStep } from '../registry/values/run-step.ts';
import { renderText } from '../render/plain-formats.ts';
import { parseTextOptions } from '../render/text-options.ts';
import type { Answers, Route } from '../rest/route.ts';
import { ROUTES } from '../rest/routes.ts';
import { toReadAnswer, toReleased, toReserved } from './answer.ts';
import type { ReadRequest, ToolAnswer, ToolRequest, ToolRunner, WriteRequest } from './tool.ts';

/** The dependencies of a runner: the registry, and the functions of a request. */
export interface RunnerParts {
  readonly registry: Registry;
  readonly own: Pick<OwnRegistry, 'reserve' | 'remove'>;
  /** Runs the steps of the work. */
  readonly run: RunStep;
  /** Returns the author of a write. Throws `unauthorized` or `forbidden`. */
  readonly authorize: () => Author;
  /** Returns whether the client may see what hosts have reported; by default, it may not. */
  readonly maySeeObserved?: () => boolean;
  /** Counts the ports of an answer for `RATE_LIMIT`. Throws `unavailable` if fewer are left. */
  readonly chargePorts?: (ports: number) => Promise<void>;
  /** Called with the result of every write. */
  readonly onWrite?: (result: 'done' | ErrorCode) => void;
  /** Called with the reports of looked-up ports. */
  readonly onReports?: (reports: readonly Answers['port']['shared'][]) => void;
}

/** Answers the calls of assistants from a registry of this process. */
export class RegistryRunner implements ToolRunner {
  readonly #parts: RunnerParts;

  /** @param parts - The registry, and the functions of the request. */
  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  readonly call: ToolRunner['call'] = (tool, given) => this.#run(tool.toRequest(given));

  readonly readPort: ToolRunner['readPort'] = async (port) =>
    (await this.#read({ kind: 'port', path: `/ports/${port}`, parts: { port }, query: new Map() })).text;

  async #run(request: ToolRequest): Promise<ToolAnswer> {
    if ('read' in request) return this.#read(request.read);
    const { onWrite } = this.#parts;
    try {
      const answer = await this.#write(request);
      onWrite?.('done');
      return answer;
    } catch (error) {
      onWrite?.(error instanceof RegistryError ? error.code : 'internal');
      throw error;
    }
  }

  async #write(request: WriteRequest): Promise<ToolAnswer> {
    const { own, authorize } = this.#parts;
    const by = authorize();
    if ('reserve' in request)
      return toReserved((await own.reserve(parseReservation(request.reserve), false, by)).entry);
    const { id, revision } = request.release;
    return toReleased(await own.remove(id, revision, by));
  }

  async #read(request: ReadRequest): Promise<ToolAnswer> {
    const { kind, path, parts, query } = request;
    const { registry, run, maySeeObserved, chargePorts, onReports } = this.#parts;
    const route = ROUTES.find((known) => known.kind === kind) as Route;
    const { prepare } = route;
    const question = { path, parts, query, maySeeObserved: route.showsObserved && maySeeObserved?.() === true };
    await chargePorts?.(route.countPorts(question));
    if (prepare !== null) await prepareInSteps(registry, prepare(registry, question), run);
    const answer = await route.answer(registry, question, run);
    onReports?.(reportsIn(kind, answer));
    const options = { ...parseTextOptions(query), isWide: true };
    const text = await renderText('text', kind, answer as never, options, run);
    const json = await renderText('json', kind, answer as never, options, run);
    return run(() => toReadAnswer(request, text, JSON.parse(json)));
  }
}

function reportsIn(kind: ReadRequest['kind'], answer: Answers[keyof Answers]): Answers['port']['shared'][] {
  if (kind === 'port') return [(answer as Answers['port']).shared];
  return kind === 'ports' ? (answer as Answers['ports']).results.map(({ shared }) => shared) : [];
}
