/** The formats of files of own entries. */
export const OWN_FORMATS = ['csv', 'json', 'services'] as const;
export type OwnFormat = (typeof OWN_FORMATS)[number];
