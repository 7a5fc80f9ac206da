import { anyText } from './hostile-text.ts';
import type { Random } from './random.ts';

const HOST = 'Host: x\r\n';

/**
 * Creates bytes that are hardly a request. They end so that the server can answer at once.
 *
 * @param random - The source of randomness.
 */
export function anyBytes(random: Random): Buffer {
  const text = () => anyText(random);
  const close = 'Connection: close\r\n';
  const written = random.pick<() => string>([
    () => `GET /ports/${text()} HTTP/1.1\r\n${HOST}${close}\r\n`,
    () => `${text()} / HTTP/1.1\r\n${HOST}${close}\r\n`,
    () => `GET / HTTP/${random.pick(['0.9', '1.2', '2.0', '3', 'x', ''])}\r\n${HOST}${close}\r\n`,
    () => `GET /ports/80 HTTP/1.1\r\n${text()}: ${text()}\r\n${HOST}${close}\r\n`,
    () => `GET /ports/80 HTTP/1.1\r\n${close}\r\n`,
    () => `GET /ports/80 HTTP/1.1\r\n${HOST}${HOST}${close}\r\n`,
    () => `GET /ports/80 HTTP/1.1\n${HOST}\n${close}\n`,
    () => `GET http://x/ports/80 HTTP/1.1\r\n${HOST}${close}\r\n`,
    () => `OPTIONS * HTTP/1.1\r\n${HOST}${close}\r\n`,
    () => `GET * HTTP/1.1\r\n${HOST}${close}\r\n`,
    () => `CONNECT x:80 HTTP/1.1\r\n${HOST}\r\n`,
    () => `GET /ports/80 HTTP/1.1\r\n${HOST}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    () => `GET /ports/80 HTTP/1.1\r\n${HOST}Expect: ${random.pick(['100-continue', 'x'])}\r\n${close}\r\n`,
    () =>
      `POST /graphql HTTP/1.1\r\n${HOST}${close}Content-Type: application/json\r\nContent-Length: ${text().replace(/[\r\n]/g, '')}\r\n\r\n{}`,
    () =>
      `POST /ports/lookup HTTP/1.1\r\n${HOST}${close}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${random.pick(['2\r\n[]\r\n0\r\n\r\n', 'zz\r\n', '-1\r\n', 'ffffffffffffffffff\r\n', '2;a=b\r\n[]\r\n0\r\nA: b\r\n\r\n', '2\r\n[]x'])}`,
    () => `POST / HTTP/1.1\r\n${HOST}${close}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    () => `GET /ports/80 HTTP/1.0\r\n\r\n`,
    () => `${text()}${text()}\r\n\r\n`,
    () => `GET /${'a'.repeat(random.integer(15_000, 70_000))} HTTP/1.1\r\n${HOST}${close}\r\n`,
    () => `GET / HTTP/1.1\r\n${HOST}${close}${`A: ${'b'.repeat(1000)}\r\n`.repeat(random.integer(25, 60))}\r\n`,
    () => `GET / HTTP/1.1\r\n${HOST}${close}${'A: b\r\n'.repeat(random.integer(1500, 3000))}\r\n`,
  ])();
  const bytes = Buffer.from(written.toWellFormed());
  return random.chance(0.1) ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes;
}
