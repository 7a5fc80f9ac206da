import type { Random } from './random.ts';

/** Texts that break parsers. None of them is a path or SQL that the check for leaks would find. */
const NASTY = [
  '',
  ' ',
  '0',
  '-0',
  '-1',
  '00080',
  '+80',
  '80.0',
  '8e1',
  '0x50',
  '65535',
  '65536',
  '9007199254740993',
  '1e400',
  'NaN',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\u0000ssh',
  'ssh\u0000',
  '\ud800',
  '\udfff\ud800',
  '\u202e22',
  '\ufeff80',
  '８０',
  '٨٠',
  'İ',
  'ﬁ',
  '😀'.repeat(50),
  'e\u0301'.repeat(100),
  "' OR '1'='1",
  '"; --',
  '%',
  '_',
  '*',
  '"ssh" NEAR "tcp"',
  'ssh AND NOT (',
  '{{7*7}}',
  '#{7*7}',
  '<b>x</b>',
  '..',
  '../../..',
  '..\\..',
  '\r\nX-Injected: 1',
  'a'.repeat(500),
  '('.repeat(200),
  '-'.repeat(300),
] as const;

const SANE = [
  '22',
  '80',
  '443',
  '6000-6010',
  '60257',
  '443/tcp',
  'tcp',
  'udp',
  'sctp',
  'ssh',
  'http',
  'iana',
  'informal',
  'own',
  'dynamic',
  'assigned',
  'json',
  'text',
  'csv',
  'xsan-filesystem-access',
  '1',
  '50',
  '1000',
] as const;

/**
 * Creates a text: a valid one, a hostile one, both together, or any characters.
 *
 * @param random - The source of randomness.
 */
export function anyText(random: Random): string {
  const kind = random.next();
  if (kind < 0.45) return random.pick(SANE);
  if (kind < 0.75) return random.pick(NASTY);
  if (kind < 0.85) return random.pick(SANE) + random.pick(NASTY);
  const most = random.pick([0x7f, 0xff, 0xffff, 0x10ffff]);
  return String.fromCodePoint(...random.several(0, 20, () => random.integer(0, most)));
}

/**
 * Encodes a text for a URL: percent-encoded, with invalid escapes, or unencoded except for characters invalid in HTTP.
 *
 * @param random - The source of randomness.
 * @param text - Any text.
 */
export function anyEncoding(random: Random, text: string): string {
  if (random.chance(0.7)) return encodeURIComponent(text.toWellFormed());
  if (random.chance(0.2))
    return `${encodeURIComponent(text.toWellFormed())}${random.pick(['%', '%zz', '%ff', '%C0%80', '%u0041'])}`;
  // Characters that are invalid in a request line are removed here; hostile-bytes.ts sends them.
  return (
    Buffer.from(text)
      .toString('latin1')
      .replace(/[^!-~\x80-\xff]|#/g, '') || '-'
  );
}
