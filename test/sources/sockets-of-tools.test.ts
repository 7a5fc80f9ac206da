import { testSockets } from '../support/sockets.ts';

const CONTAINER = '0123456789ab   nginx:alpine   "/docker-entrypoint.…"   2 hours ago    Up 2 hours   ';

testSockets({
  'nmap and masscan': [
    ['PORT     STATE  SERVICE', null],
    ['22/tcp   closed ssh', 'port tcp, null 22, null, listens'],
    ['53/udp   open|filtered domain', 'port udp, null 53, null, listens'],
    ['Discovered open port 8080/tcp on 192.0.2.1', 'port tcp, 192.0.2.1 8080, null, listens'],
    ['open tcp 80 192.0.2.1 1700000000', 'port tcp, 192.0.2.1 80, null, listens'],
    ['banner tcp 22 192.0.2.1 1700000000 ssh SSH-2.0-x', 'port tcp, 192.0.2.1 22, null, listens'],
    [
      'Host: 192.0.2.1 (a)\tPorts: 22/open/tcp//ssh///, 514/open|filtered/udp//syslog///\tIgnored State: closed (1)',
      'port tcp, 192.0.2.1 22, null, listens; port udp, 192.0.2.1 514, null, listens',
    ],
    ['Timestamp: 1700000000\tHost: 192.0.2.1 ()\tPorts: 80/open/tcp//http//', 'port tcp, 192.0.2.1 80, null, listens'],
    ['Host: 192.0.2.1 ()\tStatus: Up', null],
    ['Nmap scan report for 192.0.2.1', null],
  ],
  'docker and podman': [
    [
      `${CONTAINER}0.0.0.0:8080->80/tcp, [::]:8080->80/tcp   web`,
      'port tcp, 0.0.0.0 8080 > null 80, null, listens; port tcp, :: 8080 > null 80, null, listens',
    ],
    [`${CONTAINER}:::8443->443/tcp   web`, 'port tcp, :: 8443 > null 443, null, listens'],
    [
      `${CONTAINER}0.0.0.0:8080->80/tcp,:::8080->80/tcp`,
      'port tcp, 0.0.0.0 8080 > null 80, null, listens; port tcp, :: 8080 > null 80, null, listens',
    ],
    [`${CONTAINER}5432/tcp   db`, 'port tcp, null 5432, null, listens'],
    [
      `${CONTAINER}127.0.0.1:9000-9001->8000-8001/udp   a`,
      'port udp, 127.0.0.1 9000 > null 8000, null, listens; port udp, 127.0.0.1 9001 > null 8001, null, listens',
    ],
    [`${CONTAINER}0.0.0.0:10000-20000->10000-20000/udp   a`, null],
    [`${CONTAINER}             none`, null],
    ['80/tcp -> 0.0.0.0:8080', 'port tcp, 0.0.0.0 8080 > null 80, null, listens'],
    ['80/tcp -> [::]:8080', 'port tcp, :: 8080 > null 80, null, listens'],
    [
      'web   nginx   "x"   web   1 hour ago   Up 1 hour   0.0.0.0:8080->80/tcp',
      'port tcp, 0.0.0.0 8080 > null 80, null, listens',
    ],
  ],
  'conntrack and /proc/net/nf_conntrack': [
    [
      'tcp      6 431998 ESTABLISHED src=192.0.2.1 dst=192.0.2.2 sport=711 dport=2049 src=192.0.2.2 dst=192.0.2.1 sport=2049 dport=711 [ASSURED] mark=0 use=1',
      'flow tcp, 192.0.2.1 711 > 192.0.2.2 2049, null',
    ],
    [
      'ipv4     2 udp      17 28 src=192.0.2.1 dst=192.0.2.2 sport=40000 dport=514 [UNREPLIED] src=192.0.2.2 dst=192.0.2.1 sport=514 dport=40000 mark=0 zone=0 use=2',
      'flow udp, 192.0.2.1 40000 > 192.0.2.2 514, null',
    ],
    [
      '    [NEW] tcp      6 120 SYN_SENT src=2001:db8::1 dst=2001:db8::2 sport=50022 dport=22 [UNREPLIED] src=2001:db8::2 dst=2001:db8::1 sport=22 dport=50022',
      'flow tcp, 2001:db8::1 50022 > 2001:db8::2 22, null',
    ],
    [
      'icmp     1 29 src=192.0.2.1 dst=192.0.2.2 type=8 code=0 id=1 src=192.0.2.2 dst=192.0.2.1 type=0 code=0 id=1',
      null,
    ],
  ],
  'logs of firewalls': [
    [
      'Nov 30 04:00:00 host kernel: [7.8] [UFW BLOCK] IN=eth0 OUT= MAC=00:00:5e:00:53:01:08:00 SRC=192.0.2.1 DST=198.51.100.1 LEN=40 TTL=251 PROTO=TCP SPT=42772 DPT=23 WINDOW=1024 SYN URGP=0',
      'flow tcp, 192.0.2.1 42772 > 198.51.100.1 23, null',
    ],
    [
      'IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.1 LEN=103 PROTO=UDP SPT=53 DPT=36427 LEN=83',
      'flow udp, 192.0.2.1 53 > 198.51.100.1 36427, null',
    ],
    ['IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.1 LEN=84 PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=1', null],
    [
      'CEF:0|Vendor|Product|1|1|deny|5|src=192.0.2.1 spt=50022 dst=198.51.100.1 dpt=514 proto=UDP',
      'flow udp, 192.0.2.1 50022 > 198.51.100.1 514, null',
    ],
    [
      'date=2026-01-01 srcip=192.0.2.1 srcport=50022 dstip=198.51.100.1 dstport="514" proto=17',
      'flow udp, 192.0.2.1 50022 > 198.51.100.1 514, null',
    ],
    ['action=drop dport=514', 'flow null, null 514, null'],
    ['action=drop dport=514 proto=icmp', null],
    ['action=drop dport=70000', null],
  ],
  'rules of firewalls': [
    ['ACCEPT     tcp  --  0.0.0.0/0            10.0.0.5             tcp dpt:22', 'port tcp, null 22, null, listens'],
    [
      '    1    29 ACCEPT     17   --  *      *       0.0.0.0/0            0.0.0.0/0            multiport dports 53,514',
      'port udp, null 53, null, listens; port udp, null 514, null, listens',
    ],
    ['ACCEPT     tcp      anywhere             anywhere             tcp dpt:ssh', 'port tcp, null ssh, null, listens'],
    [
      'ACCEPT     udp  --  anywhere             anywhere             udp spt:bootps dpt:bootpc',
      'port udp, null bootpc, null, listens',
    ],
    ['ACCEPT     udp  --  anywhere             anywhere             udp spt:53', 'port udp, null 53, null, listens'],
    [
      'ACCEPT     tcp  --  anywhere             anywhere             tcp dpts:8000:8001',
      'port tcp, null 8000, null, listens; port tcp, null 8001, null, listens',
    ],
    ['ACCEPT     tcp  --  anywhere             anywhere             tcp dpts:1:65535', null],
    ['ACCEPT     all  --  0.0.0.0/0            10.0.0.1', null],
    ['-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT', 'port tcp, null 22, null, listens'],
    [
      '-A INPUT -p udp -m multiport --dports 53,514 -j ACCEPT',
      'port udp, null 53, null, listens; port udp, null 514, null, listens',
    ],
    ['\t\ttcp dport 22 counter packets 0 bytes 0 accept', 'port tcp, null 22, null, listens'],
    [
      '\t\tmeta l4proto udp udp dport { 53, 514 } accept',
      'port udp, null 53, null, listens; port udp, null 514, null, listens',
    ],
    ['\t\tth dport 53 accept', 'port null, null 53, null, listens'],
    ['22/tcp                     ALLOW       Anywhere', 'port tcp, null 22, null, listens'],
    ['22/tcp (v6)                DENY IN     Anywhere (v6)', 'port tcp, null 22, null, listens'],
    [
      '[ 1] 80,443/tcp                 ALLOW IN    Anywhere',
      'port tcp, null 80, null, listens; port tcp, null 443, null, listens',
    ],
    ['514                        LIMIT       Anywhere', 'port null, null 514, null, listens'],
  ],
  'logs of Zeek without a header': [
    ['1700000000.1\tCAbc\t192.0.2.1\t44818\t192.0.2.2\t53\tudp\tdns', 'flow udp, 192.0.2.1 44818 > 192.0.2.2 53, null'],
    [
      '1700000000.1\tCAbc\t2001:db8::1\t44818\t2001:db8::2\t443\tTLSv13',
      'flow null, 2001:db8::1 44818 > 2001:db8::2 443, null',
    ],
    ['1700000000.1\tCAbc\t192.0.2.1\t8\t192.0.2.2\t0\ticmp\t-', ''],
    ['1700000000.1\tCAbc\t192.0.2.1\t-\t192.0.2.2\t-\ttcp', null],
  ],
  'logs of Zeek with a header': [
    ['#separator \\x09', null],
    ['#fields\tts\tproto\tid.resp_h\tid.resp_p\tid.orig_h\tid.orig_p', null],
    ['#types\ttime\tenum\taddr\tport\taddr\tport', null],
    ['1.5\tudp\t192.0.2.2\t53\t192.0.2.1\t44818', 'flow udp, 192.0.2.1 44818 > 192.0.2.2 53, null'],
    ['1.5\ticmp\t192.0.2.2\t0\t192.0.2.1\t8', ''],
    ['1.5\tudp\t192.0.2.2\t-\t192.0.2.1\t-', ''],
    ['#close\t2026-01-01', null],
    ['tcp LISTEN 0 5 *:22 *:*', 'socket tcp, * 22, null, listens'],
    ['#fields\tts\thost', null],
    ['1.5\t192.0.2.2', null],
  ],
  'netstat of Solaris': [
    ['      *.22                 *.*                0      0 128000      0 LISTEN', 'socket tcp, * 22, null, listens'],
    [
      '192.0.2.1.22         192.0.2.2.50022     64240      0 128872      0 ESTABLISHED',
      'socket tcp, 192.0.2.1 22 > 192.0.2.2 50022, null',
    ],
    [
      'host-1.login      other.example.com.980 49640      0     49640    0 ESTABLISHED',
      'socket tcp, host-1 login > other.example.com 980, null',
    ],
    ['      *.111                                 Idle', 'socket udp, * 111, null, listens'],
    [
      ' *.echo            0.0.0.0            0       0 102400      0   128/1   LISTEN',
      'socket sctp, * echo, null, listens',
    ],
    ['192.0.2.1.22 *.* root 123 sshd 0 0 128000 0 LISTEN', 'socket tcp, 192.0.2.1 22, null, listens'],
    ['192.0.2.1.22 is Idle', null],
  ],
  'Get-NetTCPConnection of PowerShell': [
    [
      '::                                  135       ::                                  0          Listen      4',
      'socket tcp, :: 135, null, listens',
    ],
    [
      '192.0.2.1                           50022     192.0.2.2                           443        Established Internet',
      'socket tcp, 192.0.2.1 50022 > 192.0.2.2 443, null',
    ],
    ['192.0.2.1 x 192.0.2.2 443 Established', null],
  ],
  'lists of ports': [
    ['22', 'port null, null 22, null, listens'],
    [' 443/tcp ', 'port tcp, null 443, null, listens'],
    ['udp/514', 'port udp, null 514, null, listens'],
    ['80, 443', 'port null, null 80, null, listens; port null, null 443, null, listens'],
    ['22/tcp 53/UDP', 'port tcp, null 22, null, listens; port udp, null 53, null, listens'],
    ['8000-8001/tcp', 'port tcp, null 8000, null, listens; port tcp, null 8001, null, listens'],
    ['  ports: 22/tcp', 'port tcp, null 22, null, listens'],
    ['  ports: ', null],
    ['8001-8000', null],
    ['1-65535', null],
    ['65536', null],
    ['0 0 0', null],
    ['12 34/tcp', null],
    ['22 lines', null],
  ],
});
