import type { ByteTemplate } from '../../byte-text.ts';
import type { Registry } from '../../registry/registry.ts';
import { LOOKUP_SOURCES, lookupSource } from '../../registry/report/lookup-source.ts';
import { PORT_COUNT } from '../../registry/values/port-number.ts';
import { portTemplate } from '../../rest/port-json.ts';
import { COUNTED_BYTES } from '../work/held-memory.ts';

/**
 * How many reports of neighbouring ports are read where one is missing: to look into the database at all takes as long
 * as to read three of them, and nobody waits longer than for sixteen.
 */
const AT_ONCE = 16;

/** How much is kept of reports with own entries, in bytes: beyond it they are all dropped. */
const MOST_OWN_BYTES = 16 * 1024 * 1024;

/** The place of the team's own among who answers for a port. */
const OWN = LOOKUP_SOURCES.indexOf('own');

/** The reports in JSON of all ports that were asked for, in the parts that ports share. */
export class KeptReports {
  readonly #registry: Registry;
  #templates = ofEachPort();
  readonly #origins = new Uint8Array(PORT_COUNT);
  /** The size of the reports with own entries, which ports do not share. */
  #ownBytes = 0;

  /** @param registry - Where they come from. */
  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /**
   * Finds the report of a port, or reads it with its neighbours'.
   *
   * @param port - A port number, 0-65535.
   * @returns The report without the number; nothing where it is too large to be kept, and where it cannot be read, although the registry's version could: the app
   *   finds the same fault, and explains it.
   */
  find(port: number): ByteTemplate | undefined {
    const kept = this.#templates[port];
    if (kept !== undefined) return kept;
    try {
      this.#read(port - (port % AT_ONCE));
    } catch {
      return undefined;
    }
    return this.#templates[port];
  }

  /**
   * Tells who answers for a port.
   *
   * @param port - A port number, 0-65535, whose report was found.
   * @returns A place among `LOOKUP_SOURCES`.
   */
  originOf(port: number): number {
    return this.#origins[port] ?? 0;
  }

  /** Forgets all reports. */
  clear(): void {
    this.#ownBytes = 0;
    this.#templates = ofEachPort();
  }

  /** Forgets what may tell of an own entry: that of ports that had one when they were read, and of those that have one now. */
  clearOwn(): void {
    this.#ownBytes = 0;
    for (const [port, origin] of this.#origins.entries()) if (origin === OWN) this.#templates[port] = undefined;
    for (const { firstPort, lastPort } of this.#registry.ownSpans())
      this.#templates.fill(undefined, firstPort, lastPort + 1);
  }

  #read(first: number): void {
    if (this.#ownBytes > MOST_OWN_BYTES) this.clearOwn();
    const queries = Array.from({ length: AT_ONCE }, (_, index) => {
      const port = first + index;
      return { firstPort: port, lastPort: port, protocol: null };
    });
    for (const [index, report] of this.#registry.sharedReports(queries).entries()) {
      const port = first + index;
      const template = portTemplate(report);
      this.#origins[port] = LOOKUP_SOURCES.indexOf(lookupSource(report));
      if (template.length > COUNTED_BYTES) continue;
      this.#templates[port] = template;
      if (this.#origins[port] === OWN) this.#ownBytes += template.length;
    }
  }
}

/** A place for each port, all of them there from the start: an engine keeps an array that is filled here and there as a slow table. */
function ofEachPort(): (ByteTemplate | undefined)[] {
  return new Array<ByteTemplate | undefined>(PORT_COUNT).fill(undefined);
}
