/** The titles of a refused port, by the code of its main reason, as in src/web/parts/verdict.ts; a test compares the two. */
const REFUSALS = [
  ['OWN_USE', 'Taken here'],
  ['OBSERVED_USE', 'In use here'],
  ['ASSIGNED', 'Taken'],
  ['RESERVED', 'Taken'],
  ['DYNAMIC_RANGE', 'Not lasting'],
];

/**
 * Returns a verdict in one to three words.
 *
 * @param {{ verdict: string, reasons: { code: string, severity: string }[] }} suitability - A GraphQL `Suitability`.
 * @returns {{ name: string, sign: string, title: string }} `name` is `good`, `caution` or `avoid`.
 */
export function verdictOf({ verdict, reasons }) {
  if (verdict === 'GOOD') return { name: 'good', sign: '✓', title: 'Free' };
  if (verdict === 'CAUTION') return { name: 'caution', sign: '!', title: 'With care' };
  const isReason = (code) => reasons.some((reason) => reason.severity === 'AVOID' && reason.code === code);
  const [main] = REFUSALS.find(([code]) => isReason(code)) ?? [];
  return { name: 'avoid', sign: '✕', title: refusalOf(main) };
}

/**
 * Returns the title of a refused port.
 *
 * @param {string | undefined} main - The code of the main reason.
 */
export function refusalOf(main) {
  const [, title = 'Not for browsers'] = REFUSALS.find(([code]) => code === main) ?? [];
  return title;
}
