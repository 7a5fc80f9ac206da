/** Returns an element `port` of nmap's XML. */
export function nmapPort(protocol: string, port: number, state: string): string {
  const inside = `<state state="${state}" reason="syn-ack" reason_ttl="64"/><service name="x" method="table" conf="3"/>`;
  return `<port protocol="${protocol}" portid="${port}">${inside}</port>\n`;
}

/** Returns an element `host` of nmap's XML. */
export function nmapHost(
  ports: readonly string[],
  address = '192.0.2.7',
  names: readonly (readonly [name: string, type: string])[] = [],
): string {
  const kind = address.includes(':') ? 'ipv6' : 'ipv4';
  const written = names.map(([name, type]) => `<hostname name="${name}" type="${type}"/>\n`).join('');
  return `<host starttime="1796025720" endtime="1796025720"><status state="up" reason="arp-response" reason_ttl="0"/>
<address addr="${address}" addrtype="${kind}"/>
<address addr="02:FC:00:00:00:05" addrtype="mac"/>
<hostnames>
${written}</hostnames>
<ports>${ports.join('')}</ports>
<times srtt="178" rttvar="3757" to="100000"/>
</host>
`;
}

/**
 * Returns the XML of a scan.
 *
 * @param services - The scanned ports by protocol.
 * @param hosts - The elements of its hosts.
 */
export function nmapXml(services: Readonly<Record<string, string>>, hosts: string): string {
  const info = Object.entries(services).map(
    ([protocol, ports]) => `<scaninfo type="syn" protocol="${protocol}" numservices="1" services="${ports}"/>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<!-- Nmap 7.93 scan initiated Mon Nov 30 08:02:00 2026 as: nmap -oX - 192.0.2.7 -->
<nmaprun scanner="nmap" args="nmap -oX - 192.0.2.7" start="1796025720" version="7.93" xmloutputversion="1.05">
${info.join('')}<verbose level="0"/>
<debugging level="0"/>
${hosts}<runstats><finished time="1796025720" summary="Nmap done" elapsed="0.06" exit="success"/><hosts up="1" down="0" total="1"/>
</runstats>
</nmaprun>
`;
}
