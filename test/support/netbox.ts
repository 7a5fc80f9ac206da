import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** The versions of NetBox whose form of services differs. */
export const NETBOX_VERSIONS = ['4.2', '4.5', '4.7'] as const;
export type NetboxVersion = (typeof NETBOX_VERSIONS)[number];

/** A service in the simulated NetBox. */
export interface SimulatedService {
  readonly name: string;
  /** Such as `tcp/80`. */
  readonly ports: readonly string[];
  readonly device?: string;
  readonly machine?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** A simulated NetBox. */
export interface SimulatedNetbox {
  readonly version: NetboxVersion;
  /** The content of the header field `Authorization` that it accepts. */
  readonly authorization: string;
  readonly services: readonly SimulatedService[];
  /** The most services of a page. */
  readonly largestPage?: number;
  /** The origin in the addresses that it answers with; by default the one of the request. */
  readonly origin?: string;
}

/**
 * Answers the list of services as NetBox does: fields by version, pages with `next`, problems with `detail`.
 *
 * @param netbox - What it has.
 * @param requests - Receives the method, the path and the authorization of each request.
 * @see https://netboxlabs.com/docs/netbox/integrations/rest-api/
 */
export function simulateNetbox(netbox: SimulatedNetbox, requests: string[] = []): RequestListener {
  return (request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'without token'}`);
    const url = new URL(request.url ?? '', netbox.origin ?? `http://${request.headers.host}`);
    if (!url.pathname.endsWith('/api/ipam/services/')) return answer(response, 404, { detail: 'Not found.' });
    if (request.headers.authorization !== netbox.authorization) {
      return answer(response, 403, { detail: 'Invalid v1 token' });
    }
    return answer(response, 200, pageOf(netbox, url));
  };
}

function pageOf({ version, services, largestPage = 1_000 }: SimulatedNetbox, url: URL): object {
  const limit = Math.min(Number(url.searchParams.get('limit') ?? 50), largestPage);
  const offset = Number(url.searchParams.get('offset') ?? 0);
  const at = (place: number): string => {
    const page = new URL(url);
    page.search = `?limit=${limit}&offset=${place}`;
    return page.href;
  };
  const results = services.map((service, index) => toJson(service, index + 1, version, url));
  return {
    count: services.length,
    next: offset + limit < services.length ? at(offset + limit) : null,
    previous: offset > 0 ? at(Math.max(0, offset - limit)) : null,
    results: results.slice(offset, offset + limit),
  };
}

const LABELS: Readonly<Record<string, string>> = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' };

function toJson(service: SimulatedService, id: number, version: NetboxVersion, url: URL): object {
  const { name, ports, device, machine, description = '', tags = [] } = service;
  const protocols = [...new Set(ports.map((port) => port.split('/')[0] ?? ''))];
  const isSingle = protocols.length === 1;
  const numbers = isSingle ? ports.map((port) => Number(port.split('/')[1])) : null;
  const [protocol = ''] = protocols;
  const choice = { value: protocol, label: LABELS[protocol] };
  const brief = (kind: string, parent: string | undefined): object | null =>
    parent === undefined
      ? null
      : { id, url: `${url.origin}/api/${kind}/${id}/`, display: parent, name: parent, description: '' };
  const parents =
    version === '4.2'
      ? { device: brief('dcim/devices', device), virtual_machine: brief('virtualization/virtual-machines', machine) }
      : {
          parent_object_type: device === undefined ? 'virtualization.virtualmachine' : 'dcim.device',
          parent_object_id: id,
          parent: brief('dcim/devices', device ?? machine),
        };
  return {
    ...{ id, url: `${url.origin}/api/ipam/services/${id}/`, display_url: `${url.origin}/ipam/services/${id}/` },
    ...{ display: `${name} (${ports.join(', ')})`, ...parents, name },
    ...(version === '4.7' && { port_mappings: ports }),
    protocol: version === '4.7' ? (isSingle ? protocol : null) : choice,
    ports: numbers,
    ...{ ipaddresses: [], description, comments: '', custom_fields: {} },
    tags: tags.map((slug, index) => ({ id: index, display: slug, name: slug, slug, color: '9e9e9e' })),
    ...{ created: '2026-01-02T03:04:05.000000Z', last_updated: '2026-01-02T03:04:05.000000Z' },
  };
}

/**
 * Sends JSON.
 *
 * @param response - The response.
 * @param status - The status.
 * @param body - The body.
 */
export function answer(response: ServerResponse<IncomingMessage>, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
