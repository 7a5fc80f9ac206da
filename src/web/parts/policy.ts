/** What every page may do: load from this server, and ask it. */
export const POLICY: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/**
 * Writes a Content-Security-Policy.
 *
 * @param more - What the page may do beyond what every page may, or what it may not.
 */
export function contentSecurityPolicy(more: Readonly<Record<string, string>>): string {
  return Object.entries({ ...POLICY, ...more })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

/** The policy of the pages that the server writes: their scripts are files, and make no HTML from text. */
export const PAGE_POLICY = contentSecurityPolicy({
  'img-src': "'self'",
  'form-action': "'self'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
});
