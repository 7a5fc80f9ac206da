import { basename, resolve } from 'node:path';
import type { PublishedPort, PublishedPorts, UncheckedPart } from '../../registry/published/published-port.ts';
import { type PortSpan, spanWidth } from '../../registry/values/port-range.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { isTransportProtocol, type TransportProtocol } from '../../registry/values/transport-protocol.ts';

/** The most ports between the ends of a range of a Docker Compose file that variables are compared with. */
const WIDEST_COMPOSE_RANGE = 1_000;

/** The most published ports and unchecked parts of all files. */
const MOST_PARTS = 10_000;

/** The most ports in all published ranges together. */
const MOST_PORTS = 1_000_000;

/** A file whose published ports are collected. */
export interface CheckedFile {
  /** The file as the user named it. */
  readonly name: string;
  /** Its folder, as an absolute path: files of one folder belong together. */
  readonly folder: string;
  /** The file with the variables, for messages. */
  readonly variablesName: string;
  /** Its folder. */
  readonly variablesFolder: string;
}

/** Collects what the files publish. */
export class PublishedCollector {
  readonly #found: { readonly port: PublishedPort; readonly file: CheckedFile }[] = [];
  readonly #unchecked: UncheckedPart[] = [];
  /** The variables that published ports use, with the folder of the file. */
  readonly #used = new Set<string>();
  /** The ports of hosts and containers in Docker Compose files, with the folder of the file. */
  readonly #composePorts = new Set<string>();
  /** The files with the variables of containers, as absolute paths. */
  readonly #containerFiles = new Set<string>();
  #portCount = 0;
  #file: CheckedFile = { name: '', folder: '', variablesName: '.env', variablesFolder: '' };

  /** Sets the file of what is added from now on. */
  start(file: CheckedFile): void {
    this.#file = file;
  }

  /** The file with the variables of the current file, for messages. */
  get variablesName(): string {
    return this.#file.variablesName;
  }

  /** Adds a published port of the current file. */
  addPort(port: Omit<PublishedPort, 'file'>): void {
    this.#checkCount();
    this.#portCount += spanWidth(port) + 1;
    if (this.#portCount > MOST_PORTS) throw this.#tooMany(`${MOST_PORTS} ports in all ranges`);
    this.#found.push({ port: { file: this.#file.name, ...port }, file: this.#file });
  }

  /** Adds a part of the current file that cannot be checked, and why. */
  addUnchecked(line: number, name: string, detail: string): void {
    this.#checkCount();
    this.#unchecked.push({ file: this.#file.name, line, name, detail });
  }

  /** Remembers variables of the `.env` file whose value is a published port of another file. */
  addUsed(names: readonly string[]): void {
    for (const name of names) this.#used.add(identify(this.#file.variablesFolder, `variable ${name}`));
  }

  /** Remembers a port of a host or a container of a Docker Compose file. A wide range is left out. */
  addComposePort({ firstPort, lastPort }: PortSpan): void {
    if (spanWidth({ firstPort, lastPort }) > WIDEST_COMPOSE_RANGE) return;
    for (let port = firstPort; port <= lastPort; port++) this.#composePorts.add(this.identityOf(String(port)));
  }

  /** Remembers a file with variables of a container, relative to the current file. */
  addContainerFile(path: string): void {
    this.#containerFiles.add(resolve(this.#file.folder, path));
  }

  /**
   * Returns the published ports of all files. The ports of variables are left out where a Docker Compose file has them: as the value of
   * a published port, as a port of the same folder, or for a container.
   */
  published(): PublishedPorts {
    const ports = this.#found.filter(({ port, file }) => {
      if (port.setting !== 'variable') return true;
      const isInCompose =
        this.#used.has(port.identity) || this.#composePorts.has(identify(file.folder, String(port.firstPort)));
      return !isInCompose && !this.#containerFiles.has(resolve(file.folder, basename(file.name)));
    });
    return { ports: ports.map(({ port }) => port), unchecked: this.#unchecked };
  }

  /** Returns the identity of a part of the current file. */
  identityOf(part: string): string {
    return identify(this.#file.folder, part);
  }

  /** Parses the protocol of a port, in any case; null for another text. */
  protocolOf(word: string): TransportProtocol | null {
    const protocol = word.toLowerCase();
    return isTransportProtocol(protocol) ? protocol : null;
  }

  #checkCount(): void {
    if (this.#found.length + this.#unchecked.length >= MOST_PARTS)
      throw this.#tooMany(`${MOST_PARTS} published ports in all files`);
  }

  #tooMany(expected: string): RegistryError {
    return new RegistryError('invalid_argument', `Cannot check ${this.#file.name}: expected at most ${expected}`);
  }
}

function identify(folder: string, part: string): string {
  return JSON.stringify([folder, part]);
}
