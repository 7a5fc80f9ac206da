import { testSockets } from '../support/sockets.ts';

testSockets({
  'ss with all columns': [
    [
      'tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*     users:(("sshd",pid=1,fd=3),("x",pid=2,fd=3))',
      'socket tcp, 0.0.0.0 22, sshd, listens',
    ],
    [
      'udp   UNCONN 0      0      192.0.2.53%lo:53         0.0.0.0:*          ',
      'socket udp, 192.0.2.53%lo 53, null, listens',
    ],
    [
      'tcp   LISTEN 0 128 *:19090 *:* users:(("odd "na)) me",pid=1,fd=3),("x",pid=2,fd=3))',
      'socket tcp, * 19090, odd "na)) me, listens',
    ],
    [
      'udp   UNCONN 0 0 [fe80::1]%eth0:546 [::]:* users:(("dhclient",pid=1,fd=3))',
      'socket udp, fe80::1%eth0 546, dhclient, listens',
    ],
    ['tcp ESTAB 0 0 192.0.2.1:44818 192.0.2.2:domain', 'socket tcp, 192.0.2.1 44818 > 192.0.2.2 domain, null'],
    [
      'tcp ESTAB 0 0 [::ffff:192.0.2.1]:44818 [2001:db8::2]:443',
      'socket tcp, ::ffff:192.0.2.1 44818 > 2001:db8::2 443, null',
    ],
    ['mptcp ESTAB 0 0 192.0.2.1:44818 192.0.2.2:443', 'socket tcp, 192.0.2.1 44818 > 192.0.2.2 443, null'],
    ['sctp  LISTEN 0 0 *:36412 *:*', 'socket sctp, * 36412, null, listens'],
    ['udp UNCONN 0 0 *%eth0:68 *:*', 'socket udp, *%eth0 68, null, listens'],
    [
      'tcp ESTAB 0 0 192.0.2.1:44818 web.example.org:https',
      'socket tcp, 192.0.2.1 44818 > web.example.org https, null',
    ],
    ['tcp ESTAB 0 0 192.0.2.1:44818 ?', 'socket tcp, 192.0.2.1 44818 > null ?, null'],
    ['u_str ESTAB 0      0                                * 12345             * 12346', null],
    ['nl    UNCONN 832    0                  4:0                 *', null],
    ['\t cubic wscale:7,7 rto:204 rtt:0.03/0.01 mss:1448', null],
  ],
  'ss without the column of the protocol': [
    ['ESTAB  0 0 192.0.2.1:36149 192.0.2.2:443', 'socket null, 192.0.2.1 36149 > 192.0.2.2 443, null'],
    ['UNCONN 0 0 0.0.0.0:514 0.0.0.0:* users:(("rsyslogd",pid=1,fd=3))', 'socket udp, 0.0.0.0 514, rsyslogd, listens'],
    ['ESTAB  0 0 192.0.2.1:36149 192.0.2.2:443', 'socket udp, 192.0.2.1 36149 > 192.0.2.2 443, null'],
    ['TIME-WAIT 0 0 192.0.2.1:36149 192.0.2.2:443', 'socket tcp, 192.0.2.1 36149 > 192.0.2.2 443, null'],
    ['ESTAB  0 0 192.0.2.1:36149 192.0.2.2:443', 'socket tcp, 192.0.2.1 36149 > 192.0.2.2 443, null'],
    // The header of another list.
    ['State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess', null],
    ['ESTAB  0 0 192.0.2.1:36149 192.0.2.2:443', 'socket null, 192.0.2.1 36149 > 192.0.2.2 443, null'],
  ],
  'ss without the columns of the protocol and of the state': [
    ['0      0          192.0.2.1:36149    192.0.2.2:443', 'socket null, 192.0.2.1 36149 > 192.0.2.2 443, null'],
    ['0 0 *:22 *:*', 'socket null, * 22, null, listens'],
    ['192.0.2.2:2049 192.0.2.1:752', 'socket null, 192.0.2.2 2049 > 192.0.2.1 752, null'],
    ['[::1]:22 *:*', 'socket null, ::1 22, null, listens'],
    ['0 0 0', null],
    ['0 0 192.0.2.1:22', null],
    ['12:34:56 12:34:57', null],
    ['disk:80 memory:20', null],
  ],
  'netstat of Linux': [
    [
      'tcp6       0      0 :::80                   :::*                    LISTEN      7/python3.11',
      'socket tcp, :: 80, python3.11, listens',
    ],
    [
      'tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      0          12345      700/sshd: /usr/sbin',
      'socket tcp, 0.0.0.0 22, sshd, listens',
    ],
    [
      'udp        0      0 0.0.0.0:123             0.0.0.0:*                           9/ntpd',
      'socket udp, 0.0.0.0 123, ntpd, listens',
    ],
    [
      'tcp6       0      0 2001:db8:0:1:5:443      2001:db8::2:50022       ESTABLISHED',
      'socket tcp, 2001:db8:0:1:5 443 > 2001:db8::2 50022, null',
    ],
    [
      'tcp        0      0 ip6-localhost:smtp      [::]:*                  LISTEN',
      'socket tcp, ip6-localhost smtp, null, listens',
    ],
    ['raw        0      0 0.0.0.0:1               0.0.0.0:*               7', null],
    ['unix  2      [ ACC ]     STREAM     LISTENING     12345    /run/x.22', null],
  ],
  'netstat of BSD, macOS and AIX': [
    ['tcp4       0      0  *.22                   *.*                    LISTEN', 'socket tcp, * 22, null, listens'],
    [
      'tcp4       0      0  192.0.2.1.51234        192.0.2.2.443          ESTABLISHED',
      'socket tcp, 192.0.2.1 51234 > 192.0.2.2 443, null',
    ],
    [
      'tcp6       0      0  fe80::1%lo0.1023       fe80::1%lo0.2049       ESTABLISHED',
      'socket tcp, fe80::1%lo0 1023 > fe80::1%lo0 2049, null',
    ],
    [
      'tcp6       0      0  2001:db8::1.22         *.*                    LISTEN',
      'socket tcp, 2001:db8::1 22, null, listens',
    ],
    ['udp46      0      0  *.mdns                 *.*', 'socket udp, * mdns, null, listens'],
    [
      'fffff800011c5000 tcp4       0      0  192.0.2.1.22   192.0.2.9.51515  ESTABLISHED',
      'socket tcp, 192.0.2.1 22 > 192.0.2.9 51515, null',
    ],
    ['tcp4  0/0/128        *.22', 'socket tcp, * 22, null, listens'],
    ['tcp4       0      0  192.0.2.1', null],
    ['tcp4       0      0  192.0.2.1              *.*                    LISTEN', null],
  ],
  'netstat of Windows': [
    [
      '  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       4',
      'socket tcp, 0.0.0.0 135, null, listens',
    ],
    ['  TCP    [::]:135               [::]:0                 ABHÖREN         4', 'socket tcp, :: 135, null, listens'],
    [
      '  TCP    192.0.2.1:49700        192.0.2.2:445          ESTABLISHED     8',
      'socket tcp, 192.0.2.1 49700 > 192.0.2.2 445, null',
    ],
    [
      '  UDP    [fe80::1%12]:500       *:*                                    9',
      'socket udp, fe80::1%12 500, null, listens',
    ],
    [' [svchost.exe]', null],
  ],
  'lsof -i': [
    [
      'python3.11 3235 root    3u  IPv4 192061      0t0  TCP *:8443 (LISTEN)',
      'socket tcp, * 8443, python3.11, listens',
    ],
    [
      'curl 77 me 5u IPv4 1 0t0 TCP 192.0.2.1:44818->192.0.2.2:http (ESTABLISHED)',
      'socket tcp, 192.0.2.1 44818 > 192.0.2.2 http, curl',
    ],
    ['avahi    8 me 5u IPv6 1 0t0 UDP *:5353', 'socket udp, * 5353, avahi, listens'],
    [
      'Google\\x20  423 me 22u IPv4 0x1f 0t0 TCP 127.0.0.1:9222 (LISTEN)',
      'socket tcp, 127.0.0.1 9222, Google , listens',
    ],
    ['caf\\xc3\\xa9\\x20x 8 me 5u IPv6 1 0t0 UDP *:5353', 'socket udp, * 5353, café x, listens'],
    ['Web\\x20Con\\x2 8 me 5u IPv6 1 0t0 UDP *:5353', 'socket udp, * 5353, Web Con, listens'],
    [
      'nginx  9 me 5u IPv6 0x1f 0t0 TCP [2001:db8::1]:443->[2001:db8::2]:50022 (CLOSE_WAIT)',
      'socket tcp, 2001:db8::1 443 > 2001:db8::2 50022, nginx',
    ],
    ['ping 9 me 5u IPv4 1 0t0 ICMP *:*', null],
  ],
  sockstat: [
    ['www      nginx      812   6  tcp46  *:443                 *:*', 'socket tcp, * 443, nginx, listens'],
    [
      'root     sshd       700   4  tcp6   2001:db8::1:22        2001:db8::2:50022',
      'socket tcp, 2001:db8::1 22 > 2001:db8::2 50022, sshd',
    ],
    ['root     syslogd    650   7  udp4   *:514                 *:*', 'socket udp, * 514, syslogd, listens'],
    ['root     devd       500   4  stream /var/run/devd.pipe', null],
    [
      'user     Isolated Web Co 900 30 tcp4 192.0.2.1:50022 192.0.2.2:443',
      'socket tcp, 192.0.2.1 50022 > 192.0.2.2 443, Isolated Web Co',
    ],
    ['root     sshd       700   4  tcp    *.ssh                 *.*', 'socket tcp, * ssh, sshd, listens'],
    ['root     sshd       700      tcp    *:22                  *:*     LISTEN', 'socket tcp, * 22, sshd, listens'],
  ],
  'other text': [
    ['Nov 30 12:34:56 host app: tcp connection at 12:34:56 from 192.0.2.1', null],
    ['listening on tcp 0.0.0.0:22', 'socket tcp, 0.0.0.0 22, null, listens'],
    ['dial tcp 192.0.2.1:22: connection refused', null],
    ['', null],
    [' ', null],
    ['tcp', null],
    ['tcp 0 0', null],
    ['tcp LISTEN 0 5 *:65536 *:*', null],
  ],
});
