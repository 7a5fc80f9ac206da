import type { RegistrySnapshot } from '../registry/registry.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { RegistryFile } from './registry-file.ts';

/**
 * How many states are kept at once. SQLite cannot shorten its write-ahead log behind the oldest of them, so that a client
 * that reads slowly while others write makes the log grow.
 */
const MOST_STATES = 4;

interface Shared {
  readonly state: string;
  readonly registry: RegistrySnapshot;
  users: number;
}

/** The snapshots of a registry: answers that begin in the same state share one, which is closed with the last of them. */
export class SharedSnapshots {
  readonly #file: RegistryFile;
  readonly #over: (file: RegistryFile, close: () => void) => RegistrySnapshot;
  readonly #kept = new Set<Shared>();

  /**
   * @param file - The file of the registry.
   * @param over - Makes the registry of one state of the file, whose method `close` is given.
   */
  constructor(file: RegistryFile, over: (file: RegistryFile, close: () => void) => RegistrySnapshot) {
    this.#file = file;
    this.#over = over;
  }

  /**
   * Returns the snapshot of the current state. Each caller closes it once.
   *
   * @throws {RegistryError} `unavailable` when too many states are kept already, or the file cannot be read.
   */
  open(): RegistrySnapshot {
    const state = this.#file.state();
    const shared = [...this.#kept].find((kept) => kept.state === state) ?? this.#add();
    shared.users++;
    return shared.registry;
  }

  #add(): Shared {
    if (this.#kept.size >= MOST_STATES) {
      throw new RegistryError(
        'unavailable',
        'Cannot answer now: long answers from too many earlier states of the registry are still being read',
      );
    }
    const file = this.#file.frozen();
    const close = (): void => {
      if (--shared.users > 0) return;
      this.#kept.delete(shared);
      file.close();
    };
    const shared: Shared = { state: file.state(), registry: this.#over(file, close), users: 0 };
    this.#kept.add(shared);
    return shared;
  }
}
