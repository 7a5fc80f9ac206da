import type { Annotator, Names } from './port-names.ts';

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
