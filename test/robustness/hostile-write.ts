import { RESERVATION_FIELD_NAMES } from '../../src/registry/advice/reservation.ts';
import { OWN_FIELD_NAMES } from '../../src/registry/own/own-fields.ts';
import { anyText } from './hostile-text.ts';
import type { Random } from './random.ts';

/** A hostile write. */
export interface HostileWrite {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: string;
  readonly ifMatch: string | undefined;
}

type Target = readonly [method: HostileWrite['method'], path: string];

const PATHS: readonly [Target, ...Target[]] = [
  ['POST', '/associations'],
  ['POST', '/reservations'],
  ['POST', '/pools'],
  ['PATCH', '/associations/xsan-filesystem-access'],
  ['DELETE', '/associations/own-000000000000'],
  ['DELETE', '/pools/x'],
];
const FIELDS = [
  ...new Set([...OWN_FIELD_NAMES, ...RESERVATION_FIELD_NAMES, 'ranges', 'id', '__proto__', 'constructor']),
];

/**
 * Creates a write: an entry, a reservation or a pool with fields of any content.
 *
 * @param random - The source of randomness.
 */
export function anyWrite(random: Random): HostileWrite {
  const [method, path] = random.pick(PATHS);
  const object = () => {
    const fields = random.several(0, 5, () => [random.pick(FIELDS as [string, ...string[]]), anyValue(random)]);
    return {
      name: random.chance(0.5) ? 'x' : anyValue(random),
      firstPort: anyValue(random),
      ...Object.fromEntries(fields),
    };
  };
  const whole = random.chance(0.8) ? object() : random.chance(0.7) ? random.several(0, 5, object) : anyValue(random);
  const text = JSON.stringify(whole) ?? '';
  const body = random.chance(0.95) ? text : text.slice(0, random.integer(0, text.length));
  const tag = () => anyText(random).replace(/[^ -~]/g, '');
  const ifMatch = random.chance(0.7) ? random.pick(['*', '"x"', 'W/"x"', tag()]) : undefined;
  return { method, path, body, ifMatch };
}

/**
 * Creates a value of JSON of any type.
 *
 * @param random - The source of randomness.
 */
export function anyValue(random: Random): unknown {
  return random.pick<() => unknown>([
    () => random.integer(-2, 70_000),
    () => anyText(random),
    () => random.pick<unknown>([null, true, [], {}, 1.5, 1e300, [[1]], { firstPort: 1, lastPort: 0 }]),
    () => random.several(0, 25, () => anyText(random)),
    () => random.pick(['tcp', 'vpn', 'disputed', '20000-20099', 'https://x.example/', 'linux,windows']),
    () => [{ title: anyText(random), url: anyText(random) }],
  ])();
}
