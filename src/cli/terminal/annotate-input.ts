/** The inputs that `portolan annotate` reads. */
export const ANNOTATE_INPUTS = ['auto', 'sockets', 'nmap-grepable', 'nmap-xml', 'ndjson', 'csv'] as const;
export type AnnotateInput = (typeof ANNOTATE_INPUTS)[number];
