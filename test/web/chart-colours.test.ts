import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { PORT_KINDS, type PortKind } from '../../src/registry/chart/port-kind.ts';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** The colours that colour-blind people see, in linear red, green and blue: Machado, Oliveira and Fernandes 2009, at full severity. */
const SIGHTS: Readonly<Record<string, Matrix>> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no blue': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** The two matrices from linear red, green and blue to Oklab, in which distances are perceptual. */
const TO_CONES: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_OKLAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

/** The kinds without a use: the background in large areas, which needs less contrast. */
const GROUND: readonly PortKind[] = ['unassigned', 'unlisted', 'dynamic'];
/** The smallest distance of two colours, in hundredths of Oklab; 2 is just visible side by side. */
const LEAST = { spots: 10, spotOnGround: 15, ground: 5 };

const [light, dark] = readFileSync(new URL('../../src/web/browser/chart/chart.css', import.meta.url), 'utf8').split(
  'prefers-color-scheme: dark',
) as [string, string];

describe('the colours of the chart are distinguishable', () => {
  for (const [scheme, css] of Object.entries({ light, dark })) {
    for (const [sight, matrix] of Object.entries(SIGHTS)) {
      test(`in the ${scheme} scheme, colour vision: ${sight}`, () => {
        const colours = PORT_KINDS.map((kind) => [kind, seen(css, kind, matrix)] as const);
        const close = colours.flatMap(([kind, colour], index) =>
          colours.slice(0, index).flatMap(([other, beside]) => {
            const apart = 100 * Math.hypot(...colour.map((part, i) => part - (beside[i] ?? 0)));
            return apart < leastOf(kind, other) ? [`${kind}, ${other}: ${apart.toFixed(1)}`] : [];
          }),
        );
        assert.deepEqual(close, []);
      });
    }
  }
});

function leastOf(kind: PortKind, other: PortKind): number {
  const grounds = [kind, other].filter((one) => GROUND.includes(one)).length;
  return [LEAST.spots, LEAST.spotOnGround, LEAST.ground][grounds] ?? 0;
}

function seen(css: string, kind: PortKind, sight: Matrix): Triple {
  const digits = new RegExp(`--kind-${kind}: #([0-9a-f]{6});`).exec(css)?.[1];
  assert.ok(digits !== undefined, kind);
  const linear = [0, 2, 4].map((start) => toLinear(Number.parseInt(digits.slice(start, start + 2), 16) / 255));
  const within = times(sight, linear).map((part) => Math.min(1, Math.max(0, part)));
  return times(TO_OKLAB, times(TO_CONES, within).map(Math.cbrt));
}

/** Returns the linear value of a component of sRGB. */
function toLinear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function times(matrix: Matrix, vector: readonly number[]): Triple {
  const [a, b, c] = matrix.map((row) => row.reduce((sum, factor, index) => sum + factor * (vector[index] ?? 0), 0));
  return [a ?? 0, b ?? 0, c ?? 0];
}
