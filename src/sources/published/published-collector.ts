import type { PublishedPort, PublishedPorts, UncheckedPart } from '../../registry/published/published-port.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { isTransportProtocol, type TransportProtocol } from '../../registry/values/transport-protocol.ts';

/** The most published ports and unchecked parts of all files. */
const MOST_PARTS = 10_000;

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
export class PublishedCollector implements PublishedPorts {
  readonly ports: PublishedPort[] = [];
  readonly unchecked: UncheckedPart[] = [];
  /** The variables that published ports use, with the folder of the file. */
  readonly #used = new Set<string>();
  #file: CheckedFile = { name: '', folder: '', variablesName: '.env', variablesFolder: '' };

  /** Sets the file of what is added from now on. */
  start(file: CheckedFile): void {
    this.#file = file;
  }

  get variablesName(): string {
    return this.#file.variablesName;
  }

  addPort(port: Omit<PublishedPort, 'file'>): void {
    this.#checkCount();
    this.ports.push({ file: this.#file.name, ...port });
  }

  addUnchecked(line: number, name: string, detail: string): void {
    this.#checkCount();
    this.unchecked.push({ file: this.#file.name, line, name, detail });
  }

  /** Remembers variables of the `.env` file whose value is a published port of another file. */
  addUsed(names: readonly string[]): void {
    for (const name of names) this.#used.add(identify(this.#file.variablesFolder, `variable ${name}`));
  }

  /** Returns whether `addUsed` named the variable of a port. */
  isUsed({ identity }: PublishedPort): boolean {
    return this.#used.has(identity);
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
    if (this.ports.length + this.unchecked.length < MOST_PARTS) return;
    const message = `Cannot check ${this.#file.name}: expected at most ${MOST_PARTS} published ports in all files`;
    throw new RegistryError('invalid_argument', message);
  }
}

function identify(folder: string, part: string): string {
  return JSON.stringify([folder, part]);
}
