import {
  type Implementation,
  type JSONRPCRequest,
  ProtocolError,
  ProtocolErrorCode,
  type Result,
  Server,
  type ServerContext,
  type ServerOptions,
} from '@modelcontextprotocol/server';

/** Called with errors that clients see masked. */
export type OnInternalError = (error: unknown) => void;

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;

/** A fault of a request, as the library lists it. */
interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The server of the library. Its errors name the invalid parameter in a sentence, and unexpected errors are masked. */
export class PortolanServer extends Server {
  readonly #onInternalError: OnInternalError;

  /**
   * @param info - The name and the version of the server.
   * @param options - The options of the library.
   * @param onInternalError - Called with every unexpected error.
   */
  constructor(info: Implementation, options: ServerOptions, onInternalError: OnInternalError) {
    super(info, options);
    this.#onInternalError = onInternalError;
  }

  /** Wraps every handler, those of the library too. */
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const run = super._wrapHandler(method, handler);
    return async (request, context) => {
      try {
        return await run(request, context);
      } catch (error) {
        throw this.#explain(method, error);
      }
    };
  }

  #explain(method: string, error: unknown): ProtocolError {
    const issue = findIssue(error);
    if (issue !== undefined) {
      const message = `Cannot read ${issue.path.join('.')} of ${method}: ${issue.message.replace(/^Invalid input: /, '')}`;
      return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
    }
    if (error instanceof ProtocolError) return error;
    this.#onInternalError(error);
    return new ProtocolError(ProtocolErrorCode.InternalError, 'Something went wrong inside the server');
  }
}

/** Finds the first issue of an invalid request: the message of the library's error is the JSON of all issues. */
function findIssue(error: unknown): Issue | undefined {
  if (!(error instanceof Error)) return undefined;
  const list = error.message.replace(/^Invalid tools\/call request: /, '').replace(/^\w*Error: /, '');
  try {
    const [issue] = JSON.parse(list) as readonly Issue[];
    return Array.isArray(issue?.path) && typeof issue.message === 'string' ? issue : undefined;
  } catch {
    return undefined;
  }
}
