/** The directives of all pages: they load from this server and send requests to it. */
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
 * Returns a Content-Security-Policy.
 *
 * @param more - Directives that add to the common ones or override them.
 */
export function contentSecurityPolicy(more: Readonly<Record<string, string>>): string {
  return Object.entries({ ...POLICY, ...more })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

/** The policy of server-rendered pages: their scripts are files and never parse HTML from text. */
export const PAGE_POLICY = contentSecurityPolicy({
  'img-src': "'self'",
  'form-action': "'self'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
});
