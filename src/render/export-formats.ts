/** The formats of exports. Each is the last segment of a path below `/export`. */
export const EXPORT_FORMATS = [
  'services',
  'nmap-services',
  'csv',
  'ndjson',
  'logstash',
  'nftables',
  'pf',
  'opnsense-alias',
  'plain',
  'own',
] as const;
/** A format of exports. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The forms of the export of own entries; the first is the default. */
export const OWN_EXPORT_FORMS = ['json', 'csv', 'ndjson'] as const;
