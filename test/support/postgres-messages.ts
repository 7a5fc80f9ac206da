/** A message of PostgreSQL's protocol. */
export interface PostgresMessage {
  /** Its type, one character; empty for the first message of a client, which has none. */
  readonly type: string;
  /** The whole message, type and length included. */
  readonly bytes: Buffer;
}

/** The requests of a client before its startup message, which a server without encryption answers with `N`. */
const ENCRYPTION_REQUESTS: readonly number[] = [80_877_103, 80_877_104];

/**
 * Splits a stream of bytes into messages.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class PostgresMessages {
  #rest: Buffer = Buffer.alloc(0);
  #isTyped: boolean;

  /** @param sender - Who sends the bytes: the first message of a client has no type. */
  constructor(sender: 'client' | 'server') {
    this.#isTyped = sender === 'server';
  }

  /**
   * Returns the messages that the next bytes complete.
   *
   * @param bytes - The next bytes of the stream.
   */
  read(bytes: Buffer): PostgresMessage[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const messages: PostgresMessage[] = [];
    for (;;) {
      const start = this.#isTyped ? 1 : 0;
      if (this.#rest.length < start + 4) return messages;
      // The length counts itself, but not the type.
      const end = start + this.#rest.readUInt32BE(start);
      if (this.#rest.length < end) return messages;
      const message = { type: this.#rest.toString('latin1', 0, start), bytes: this.#rest.subarray(0, end) };
      this.#rest = this.#rest.subarray(end);
      messages.push(message);
      if (!asksForEncryption(message)) this.#isTyped = true;
    }
  }
}

/**
 * Returns whether a client asks for an encrypted connection.
 *
 * @param message - A message of a client.
 */
export function asksForEncryption({ type, bytes }: PostgresMessage): boolean {
  return type === '' && bytes.length === 8 && ENCRYPTION_REQUESTS.includes(bytes.readUInt32BE(4));
}

/**
 * Returns the tag of a completed command, such as `INSERT 0 1` or `COMMIT`.
 *
 * @param message - A message of a server.
 * @returns The tag; null for another message.
 */
export function commandTag({ type, bytes }: PostgresMessage): string | null {
  return type === 'C' ? bytes.toString('latin1', 5, bytes.length - 1) : null;
}
