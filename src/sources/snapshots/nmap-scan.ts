import { SaxesParser } from 'saxes';
import type { RunStep } from '../../registry/values/run-step.ts';
import { isTransportProtocol } from '../../registry/values/transport-protocol.ts';
import { type Attributes, type NmapHost, NmapHostReader } from './nmap-host.ts';
import { refuseSnapshot } from './parsed-snapshot.ts';
import { PortSet, parseServices } from './scanned-ports.ts';

/** The characters that one step parses: a few milliseconds. */
const STEP_CHARACTERS = 16 * 1024;

/** The most levels of elements, and the most attributes of an element. nmap has about 10 of each. */
const MOST_LEVELS = 64;
const MOST_ATTRIBUTES = 100;

/** The most elements `scaninfo`. nmap has one for each protocol. */
const MOST_SCANS = 16;

/** The scanned ports of the protocols, as nmap prints them. */
export interface ScanInfo {
  readonly protocol: string;
  readonly services: string;
}

/**
 * Reads the XML of a scan of nmap (`-oX`), in linear time. Declarations of entities are refused, and so is the XML of a scan
 * that was interrupted.
 *
 * @param text - The whole text.
 * @param run - Runs the steps.
 * @param add - Receives each host, at its end.
 * @returns The scanned ports.
 * @throws {RegistryError} `invalid_argument`, with the line.
 */
export async function readNmapScan(text: string, run: RunStep, add: (host: NmapHost) => void): Promise<ScanInfo[]> {
  const parser = new SaxesParser();
  const refuse = (expected: string): never => refuseSnapshot(`line ${parser.line}`, null, expected);
  const info: ScanInfo[] = [];
  const scanned = new PortSet();
  const path: string[] = [];
  let attributes = 0;
  let isFinished = false;
  let reader: NmapHostReader | undefined;

  parser.on('error', (error) => {
    // The message of saxes has the form "line:column: message."
    refuse(`expected well-formed XML, got ${error.message.replace(/^\d+:\d+: |\.$/g, '')}`);
  });
  parser.on('doctype', (doctype) => {
    if (doctype.includes('[')) refuse('expected no declarations in DOCTYPE');
  });
  parser.on('attribute', () => {
    if (++attributes > MOST_ATTRIBUTES) refuse(`expected at most ${MOST_ATTRIBUTES} attributes`);
  });
  parser.on('opentag', (tag) => {
    attributes = 0;
    const values = tag.attributes as Attributes;
    if (path.length === 0 && (tag.name !== 'nmaprun' || values.scanner !== 'nmap'))
      refuse('expected the XML of nmap -oX');
    path.push(tag.name);
    if (path.length > MOST_LEVELS) refuse(`expected at most ${MOST_LEVELS} levels of elements`);
    const place = path.join('/');
    if (place === 'nmaprun/scaninfo') {
      const { protocol = '', services = '' } = values;
      const spans = parseServices(services);
      if (spans === null) refuse('expected a list of ports in services');
      if (!isTransportProtocol(protocol)) return;
      if (info.push({ protocol, services }) > MOST_SCANS) refuse(`expected at most ${MOST_SCANS} elements scaninfo`);
      for (const span of spans ?? []) scanned.set(protocol, span, true);
    } else if (place === 'nmaprun/host') {
      const start = text.lastIndexOf('<host', parser.position);
      reader = new NmapHostReader(scanned, start, values, refuse);
    } else if (place === 'nmaprun/runstats/finished') {
      isFinished = (values.exit ?? 'success') === 'success';
    } else reader?.open(place, values);
  });
  parser.on('closetag', () => {
    if (path.length === 2 && reader !== undefined) {
      if (scanned.isEmpty) refuse('expected the ports of the scan in scaninfo');
      add(reader.finish(parser.position));
      reader = undefined;
    }
    path.pop();
  });

  for (let start = 0; start < text.length; start += STEP_CHARACTERS) {
    await run(() => parser.write(text.slice(start, start + STEP_CHARACTERS)));
  }
  await run(() => parser.close());
  if (!isFinished) refuse('expected a scan that has finished');
  return info;
}
