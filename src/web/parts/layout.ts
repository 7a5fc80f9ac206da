import { html, type SafeHtml } from '@remix-run/html-template';
import { address } from './address.ts';
import { ASSETS, type Asset } from './assets.ts';

/** The addresses in the header of every page. */
const NAVIGATION = [
  ['/', 'Ports'],
  ['/search', 'Search'],
  ['/ranges', 'Ranges'],
  ['/associations', 'Own and informal'],
  ['/suggestions', 'Suggestions'],
  ['/registry', 'Registry'],
  ['/about', 'About'],
] as const;

/** A page as it stands in the frame that all have in common. */
export interface PageContent {
  /** What it is about, for the window and for bookmarks. */
  readonly title: string;
  /** The address in the header to which it belongs; null for none. */
  readonly section: (typeof NAVIGATION)[number][0] | null;
  /** What stands between header and footer. */
  readonly content: SafeHtml;
  /** The day of the IANA registry that is loaded; null where nobody knows it. */
  readonly registryDate: string | null;
  /** Modules beside the one that every page has. */
  readonly scripts?: readonly Asset[];
  /** What those load in turn: a browser that knows of them asks for all at once. */
  readonly imports?: readonly Asset[];
  /** Style sheets beside the one that every page has. */
  readonly styles?: readonly Asset[];
}

/**
 * Writes a whole page.
 *
 * @param page - What is different about it.
 */
export function layout(page: PageContent): string {
  const { title, section, content, registryDate, scripts = [], imports = [], styles = [] } = page;
  const modules = [ASSETS.script, ...scripts].map(
    ({ path }) => html`<script type="module" src="${address(`/${path}`)}"></script>
`,
  );
  const preloads = imports.map(
    ({ path }) => html`<link rel="modulepreload" href="${address(`/${path}`)}">
`,
  );
  const sheets = [ASSETS.style, ...styles].map(
    ({ path }) => html`<link rel="stylesheet" href="${address(`/${path}`)}">
`,
  );
  return String(html`<!doctype html>
<html lang="en" data-base="${address('')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title === 'Portolan' ? title : `${title} · Portolan`}</title>
<link rel="icon" type="image/svg+xml" href="${address(`/${ASSETS.icon.path}`)}">
${sheets}${modules}${preloads}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="site">
<a class="brand" href="${address('/')}"><img src="${address(`/${ASSETS.icon.path}`)}" alt="" width="28" height="28">Portolan</a>
<form class="find" role="search" action="${address('/search')}">
<input type="search" name="q" aria-label="Port, service name or words" placeholder="Port, service or words" maxlength="200" required autocomplete="off" spellcheck="false" autocapitalize="none">
<button>Search</button>
</form>
<nav aria-label="Site"><ul>
${NAVIGATION.map(
  ([
    path,
    words,
  ]) => html`<li><a href="${address(path)}"${path === section ? html` aria-current="page"` : ''}>${words}</a></li>
`,
)}</ul></nav>
</header>
<main id="content" tabindex="-1">
${content}
</main>
<footer class="site">
<p>${registryDate === null ? '' : html`IANA registry of <a href="${address('/registry')}"><time datetime="${registryDate}">${registryDate}</time></a>. `}Portolan is free software under the MIT licence; <a href="${address('/about')}">sources and licences of the data</a>.</p>
<p>The same data for programs: <a href="${address('/docs')}">REST</a>, <a href="${address('/graphql')}">GraphQL</a>.</p>
</footer>
<p id="told" role="status"></p>
</body>
</html>
`);
}
