/** The lists that make up the registry, the official one first. */
export const LIST_NAMES = [
  'assignments',
  'associations',
  'ephemeral-ranges',
  'check-commands',
  'blocked-by-browsers',
  'other-names',
  'prominence',
] as const;
export type ListName = (typeof LIST_NAMES)[number];
