import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { asksForEncryption, commandTag, type PostgresMessage, PostgresMessages } from './postgres-messages.ts';
import type { Lifetime } from './temporary-folder.ts';

/** The faults of the line between a client and PostgreSQL. */
interface Faults {
  /** Bytes in both directions are lost, without an error. */
  isBlackHole: boolean;
  /** Notifications of NOTIFY are lost. */
  dropsNotifications: boolean;
  /** Called when the next transaction with an INSERT has been committed; its connection is then cut. */
  onCut: (() => void) | null;
  /** Called when the server has answered the next INSERT; the answer is held until the function is called that it gets. */
  onHeld: ((release: () => void) => void) | null;
  /** Counts lost notifications. */
  dropped: number;
}

/** A TCP proxy in front of PostgreSQL, for connections without TLS. It forwards messages, and makes faults on request. */
export class PostgresProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #faults: Faults = { isBlackHole: false, dropsNotifications: false, onCut: null, onHeld: null, dropped: 0 };

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, '127.0.0.1');
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.setNoDelay();
        socket.once('close', () => this.#sockets.delete(socket));
      }
      forward(client, server, this.#faults);
    });
  }

  /**
   * Listens on a free port of 127.0.0.1 until the test ends.
   *
   * @param lifetime - The test.
   * @param port - The port of PostgreSQL.
   */
  static async start(lifetime: Lifetime, port: number): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    lifetime.after(() => {
      proxy.#server.close();
      proxy.cutAll();
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The number of notifications that were dropped. */
  get dropped(): number {
    return this.#faults.dropped;
  }

  /**
   * Drops all bytes without closing connections, as a router does that lost its state. A connection that lost bytes stays
   * dead when this is over; a new one works.
   *
   * @param isBlackHole - Whether bytes are dropped from now on.
   */
  setBlackHole(isBlackHole: boolean): void {
    this.#faults.isBlackHole = isBlackHole;
  }

  /**
   * Drops the notifications of NOTIFY.
   *
   * @param drops - Whether notifications are dropped from now on.
   */
  dropNotifications(drops: boolean): void {
    this.#faults.dropsNotifications = drops;
  }

  /**
   * Cuts the connection of the next transaction that has inserted rows, after its COMMIT and before the answer.
   *
   * @returns Resolves when it was cut.
   */
  cutAfterCommit(): Promise<void> {
    return new Promise((resolve) => {
      this.#faults.onCut = resolve;
    });
  }

  /** Does not cut the next transaction, if `cutAfterCommit` still waits for one. */
  cancelCut(): void {
    this.#faults.onCut = null;
  }

  /**
   * Holds the server's answer to the next INSERT, so that the transaction of the client stays open.
   *
   * @returns Resolves when an answer is held, with the function that lets it pass.
   */
  holdNextInsert(): Promise<() => void> {
    return new Promise((resolve) => {
      this.#faults.onHeld = resolve;
    });
  }

  /** Cuts all connections. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Forwards the messages of one connection. */
function forward(client: Socket, server: Socket, faults: Faults): void {
  /** Whether bytes of this connection were lost: it can never be used again. */
  let isDead = false;
  const isLost = (): boolean => {
    isDead ||= faults.isBlackHole;
    return isDead;
  };
  const answers = new PostgresMessages('server');
  const { insert, pass } = passAnswers(client, faults);
  const requests = new PostgresMessages('client');
  client.on('data', (bytes) => {
    if (isLost()) return;
    for (const message of requests.read(bytes)) {
      if (asksForEncryption(message)) {
        client.write('N');
        continue;
      }
      if (isInsert(message)) insert();
      server.write(message.bytes);
    }
  });
  server.on('data', (bytes) => {
    if (isLost()) return;
    for (const message of answers.read(bytes)) pass(message);
  });
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.on('error', () => {});
    // In a black hole, the end of a connection is lost too.
    from.on('close', () => {
      if (!isLost()) to.destroy();
    });
  }
}

/** Returns whether a message of a client has a statement with an INSERT: a query, or one to prepare. */
function isInsert({ type, bytes }: PostgresMessage): boolean {
  return (type === 'Q' || type === 'P') && bytes.includes('INSERT INTO');
}

/** Returns the function that passes the server's messages of one connection to its client, and one to tell it of an INSERT. */
function passAnswers(client: Socket, faults: Faults) {
  let state: 'reads' | 'inserts' | 'has inserted' = 'reads';
  let held: Buffer[] | null = null;
  const hold = (): void => {
    held = [];
    faults.onHeld?.(() => {
      client.write(Buffer.concat(held ?? []));
      held = null;
    });
    faults.onHeld = null;
  };
  return {
    insert: (): void => {
      state = 'inserts';
    },
    pass: (message: PostgresMessage): void => {
      if (message.type === 'A' && faults.dropsNotifications) {
        faults.dropped++;
        return;
      }
      const tag = commandTag(message);
      if (tag === 'COMMIT' && state === 'has inserted' && faults.onCut !== null) {
        faults.onCut();
        faults.onCut = null;
        client.destroy();
        return;
      }
      if (tag === 'COMMIT' || tag === 'ROLLBACK') state = 'reads';
      else if (tag !== null && state === 'inserts') {
        state = 'has inserted';
        if (faults.onHeld !== null) hold();
      }
      if (held === null) client.write(message.bytes);
      else held.push(message.bytes);
    },
  };
}
