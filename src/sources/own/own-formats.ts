/** The formats of files of own entries. */
export const OWN_FORMATS = ['csv', 'json', 'services'] as const;
export type OwnFormat = (typeof OWN_FORMATS)[number];

/** The encodings of files of own entries. A byte order mark counts more than the named encoding. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];
