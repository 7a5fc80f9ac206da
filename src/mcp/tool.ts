import type { Answers, ResourceRequest } from '../rest/route.ts';

/** The arguments of a call: any JSON. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A JSON schema of one value. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The part of the contract that an argument of a tool comes from. */
export interface ArgumentSource {
  /** A parameter such as `parameters/Limit`, or a property such as `schemas/Reservation/name`. */
  readonly from: `parameters/${string}` | `schemas/${string}/${string}`;
  /** Keywords that replace those of the contract, such as a shorter description. */
  readonly but?: JsonSchema;
}

/** A request to read a REST resource. */
export interface ReadRequest extends ResourceRequest {
  readonly kind: Extract<keyof Answers, 'port' | 'ports' | 'search' | 'suitability' | 'suggestions' | 'associations'>;
}

/** A request to write: it reserves a port, with the body of `POST /reservations`, or deletes an own entry. */
export type WriteRequest =
  | { readonly reserve: Arguments }
  | { readonly release: { readonly id: string; readonly revision: number | null } };

/** What a call of a tool does. */
export type ToolRequest = { readonly read: ReadRequest } | WriteRequest;

/** The result of a call: the whole answer as text, and the same as JSON. */
export interface ToolAnswer {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Hints for the client about what a tool does. */
export interface ToolHints {
  readonly readOnlyHint: boolean;
  /** Whether it may delete something; meaningful only for tools that write. */
  readonly destructiveHint?: boolean;
  /** Whether the same call again has no further effect; meaningful only for tools that write. */
  readonly idempotentHint?: boolean;
  /** Whether it uses anything outside this server. */
  readonly openWorldHint: false;
}

/** A tool that an assistant can call. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  /** What it does, for the model that selects it. */
  readonly description: string;
  readonly hints: ToolHints;
  /** The arguments by name, each with the part of the contract that it comes from. */
  readonly arguments: Readonly<Record<string, ArgumentSource>>;
  /** The names of the required arguments. */
  readonly required: readonly string[];
  /** Converts the arguments of a call, of which all are known. Throws `invalid_argument`. */
  readonly toRequest: (given: Arguments) => ToolRequest;
}

/** Answers the calls of assistants: from the registry of this process, or from a server. */
export interface ToolRunner {
  /**
   * Runs one call of a tool.
   *
   * @param tool - The tool.
   * @param given - The arguments, of which all are known.
   * @throws {RegistryError} With a sentence for the client.
   */
  readonly call: (tool: Tool, given: Arguments) => Promise<ToolAnswer>;

  /**
   * Returns what is known of a port, as text.
   *
   * @param port - The port number.
   * @throws {RegistryError} As `call`.
   */
  readonly readPort: (port: string) => Promise<string>;
}
