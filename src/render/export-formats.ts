/** The formats of exports. Each is the last segment of a path below `/export`. */
export const EXPORT_FORMATS = ['services', 'nmap-services', 'csv', 'ndjson', 'logstash'] as const;
/** A format of exports. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
