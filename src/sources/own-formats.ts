/** The forms in which own entries are read and written. */
export const OWN_FORMATS = ['csv', 'json', 'services'] as const;
export type OwnFormat = (typeof OWN_FORMATS)[number];
