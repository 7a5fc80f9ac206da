import type { Answers } from './route.ts';

/** How each kind of answer is written as JSON: as it is, without what only other faces need. */
export const JSON_BODIES: { readonly [Kind in keyof Answers]: (answer: Answers[Kind]) => unknown } = {
  port: ({ report }) => report,
  ports: (list) => ({ ...list, results: list.results.map(({ report }) => report) }),
  service: (service) => service,
  suitability: (suitability) => suitability,
  suggestions: (list) => list,
  ranges: (list) => list,
  'ephemeral-ranges': (list) => list,
  registry: (info) => info,
  search: (list) => list,
  assignments: (list) => list,
  associations: (list) => list,
  association: (association) => association,
  audit: (list) => list,
  pools: (list) => list,
};
