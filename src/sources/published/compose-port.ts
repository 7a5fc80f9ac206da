/** The parts of a published port, as the file has them. */
export interface PortWords {
  /** The port or range of the host; empty where the system selects one. */
  readonly published: string;
  /** The address of the host, perhaps in brackets; empty for all. */
  readonly address: string;
  readonly protocol: string;
  /** The port or range of the container. */
  readonly target: string;
}

/**
 * Splits the short form of a port of Docker Compose: `80`, `8080:80`, `3000-3005:3000-3005`, `127.0.0.1:8001:8001`, `[::1]:8001:8001/udp`.
 *
 * @param text - Any text.
 */
export function parseShortPort(text: string): PortWords {
  const slash = text.lastIndexOf('/');
  const [ports, protocol] = slash < 0 ? [text, 'tcp'] : [text.slice(0, slash), text.slice(slash + 1)];
  // The last part is the port of the container, and the one before it that of the host. An IPv6 address has colons too.
  const parts = ports.split(':');
  const published = parts.length < 2 ? '' : (parts.at(-2) ?? '');
  const address = parts.slice(0, -2).join(':').trim();
  return { published: published.trim(), address, protocol: protocol.trim(), target: (parts.at(-1) ?? '').trim() };
}
