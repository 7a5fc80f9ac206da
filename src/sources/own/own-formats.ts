/** The formats of files of own entries. */
export const OWN_FORMATS = ['csv', 'json', 'services'] as const;
export type OwnFormat = (typeof OWN_FORMATS)[number];

/** The media type of each format. */
export const MEDIA_TYPES = {
  csv: 'text/csv',
  json: 'application/json',
  services: 'text/plain',
} as const satisfies Readonly<Record<OwnFormat, string>>;

/** The media type of services(5) for pages, which may not send text/plain on behalf of a signed-in user. */
export const SERVICES_TYPE = 'text/x-services';
