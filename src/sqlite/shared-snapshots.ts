import type { RegistrySnapshot } from '../registry/registry.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { RegistryFile } from './registry-file.ts';

/**
 * The most states with an open snapshot. SQLite cannot reset its write-ahead log while a snapshot reads an older state, so
 * the log grows while a client reads slowly and others write.
 */
const MOST_STATES = 4;

interface Shared {
  readonly state: string;
  readonly registry: RegistrySnapshot;
  users: number;
}

/** The open snapshots of a registry. Responses of the same state share one snapshot; the last one closes it. */
export class SharedSnapshots {
  readonly #file: RegistryFile;
  readonly #create: (file: RegistryFile, close: () => void) => RegistrySnapshot;
  readonly #open = new Set<Shared>();

  /**
   * @param file - The file of the registry.
   * @param create - Creates the registry over the snapshot of a file; `close` becomes its method.
   */
  constructor(file: RegistryFile, create: (file: RegistryFile, close: () => void) => RegistrySnapshot) {
    this.#file = file;
    this.#create = create;
  }

  /**
   * Returns the snapshot of the current state. Each caller closes it once.
   *
   * @throws {RegistryError} `unavailable` when `MOST_STATES` are open, or the file cannot be read.
   */
  open(): RegistrySnapshot {
    const state = this.#file.state();
    const shared = [...this.#open].find((one) => one.state === state) ?? this.#add();
    shared.users++;
    return shared.registry;
  }

  #add(): Shared {
    if (this.#open.size >= MOST_STATES) {
      throw new RegistryError(
        'unavailable',
        'Cannot answer now: clients are still reading responses from too many earlier states of the registry',
      );
    }
    const file = this.#file.snapshot();
    const close = (): void => {
      if (--shared.users > 0) return;
      this.#open.delete(shared);
      this.#file.closeSnapshot(file);
    };
    const shared: Shared = { state: file.state(), registry: this.#create(file, close), users: 0 };
    this.#open.add(shared);
    return shared;
  }
}
