import type { PortSpan } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

/** A line of a file. */
export interface FilePlace {
  /** The file as the user named it. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
}

/** A port, or a range of ports, that a file opens on a host. */
export interface PublishedPort extends PortSpan, FilePlace {
  /** The part of the file: `ports` of Docker Compose, `nodePort` or `hostPort` of Kubernetes, or a variable of a `.env` file. */
  readonly setting: 'ports' | 'nodePort' | 'hostPort' | 'variable';
  /** The service, the workload or the variable. */
  readonly name: string;
  /** Further names of the same software, such as that of its image. */
  readonly otherNames: readonly string[];
  readonly protocol: TransportProtocol;
  /** The address of the host in its shortest form, such as `127.0.0.1` or `::1`; null for all addresses. */
  readonly address: string | null;
  /** The profiles of Docker Compose that start the service; empty if it always starts. */
  readonly profiles: readonly string[];
  /** The values of the labels that the node of a Kubernetes workload must have, and its `nodeName`; empty for any node. */
  readonly nodeLabels: ReadonlyMap<string, string>;
  /**
   * Identifies the service, the workload or the variable. A later file that has it again replaces it, so that the same port in
   * two files is one.
   */
  readonly identity: string;
}

/** The labels of a port that may be opened on any node, and of one outside of Kubernetes. */
export const ANY_NODE: PublishedPort['nodeLabels'] = new Map();

/** A part of a file that cannot be checked. */
export interface UncheckedPart extends FilePlace {
  /** The service or the workload; the name of the file for a whole file. */
  readonly name: string;
  /** Why it cannot be checked, in one sentence. */
  readonly detail: string;
}

/** What a file publishes. */
export interface PublishedPorts {
  readonly ports: readonly PublishedPort[];
  readonly unchecked: readonly UncheckedPart[];
}
