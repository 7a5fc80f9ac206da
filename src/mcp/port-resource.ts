import { LAST_PORT } from '../registry/values/port-number.ts';

/** The template of the resources of ports. */
export const PORT_TEMPLATE = {
  name: 'port',
  title: 'Port',
  uriTemplate: 'portolan://ports/{port}',
  description: 'What is known of a port, as text.',
  mimeType: 'text/plain',
} as const;

const PORT_URI = /^portolan:\/\/ports\/(0|[1-9][0-9]{0,4})$/;

/**
 * Returns the port that the URI of a resource names; null for any other URI.
 *
 * @param uri - Any text.
 */
export function parsePortUri(uri: string): string | null {
  const port = PORT_URI.exec(uri)?.[1];
  return port === undefined || Number(port) > LAST_PORT ? null : port;
}
