import { type Annotator, NAMELESS, type Names } from './port-names.ts';

/**
 * Annotates the output of `nmap -oG`: appends a field with the names of the host's ports.
 *
 * @param names - The names of ports.
 */
export function annotateNmapGrepable(names: Names): Annotator {
  return (line) => {
    const [, ports] = /^Host: .*\tPorts: ([^\t]*)/.exec(line) ?? [];
    if (ports === undefined) return line;
    const labels = [...ports.matchAll(/(?:^|, )(\d{1,5})\/[^/]*\/(\w+)\//g)].map(([, port, protocol]) => {
      return `${port}/${protocol} ${names.byPort.get(`${port}/${protocol}`) ?? NAMELESS}`;
    });
    return `${line}\tPortolan: ${labels.join(', ')}`;
  };
}

/**
 * Annotates the output of `nmap -oX`: adds a comment with the name after the opening tag of each port with a name.
 *
 * @param names - The names of ports.
 */
export function annotateNmapXml(names: Names): Annotator {
  return (line) =>
    line.replaceAll(/<port protocol="(\w+)" portid="(\d{1,5})">/g, (tag, protocol, port) => {
      const name = names.byPort.get(`${port}/${protocol}`);
      // Two hyphens would end a comment (XML 1.0, section 2.5).
      return name === undefined ? tag : `${tag}<!-- Portolan: ${name.replaceAll(/-(?=-|$)/g, '- ')} -->`;
    });
}
