import { html, type SafeHtml } from '@remix-run/html-template';
import { VERSION } from '../../version.ts';
import { address } from './address.ts';
import { ageOf } from './age.ts';
import { ASSETS, type Asset } from './assets.ts';

/** The links in the header of every page: one for each job. */
const JOBS = [
  ['/', 'Chart'],
  ['/suggestions', 'Free port'],
  ['/own', 'Our ports'],
  ['/registry', 'Registry'],
  ['/docs', 'API'],
] as const;

/** The links in the footer of every page: the lists behind the jobs. */
const LISTS = [
  ['/ranges', 'Ranges'],
  ['/ephemeral-ranges', 'Ephemeral ranges'],
  ['/associations?origin=informal', 'Informal uses'],
  ['/assignments', 'Official rows'],
  ['/ports', 'Several ports'],
  ['/pools', 'Pools'],
  ['/drift', 'Drift'],
  ['/registry/changes', 'Changes'],
  ['/audit', 'Audit log'],
  ['/about', 'About'],
] as const;

const DESCRIPTION =
  'Looks up port numbers: what a port is, whether a service may use it, and which own services use it.';

/** The parts of a page that differ from page to page. */
export interface PageContent {
  /** The title of the window. */
  readonly title: string;
  /** The description for search engines and link previews; missing if that of Portolan suits. */
  readonly description?: string;
  /** The link in the header or footer that leads to the page, or to what it is part of; null for none. */
  readonly section: (typeof JOBS | typeof LISTS)[number][0] | null;
  /** Whether the page is a part of what that link leads to, and not the same page. */
  readonly isPart?: boolean;
  /** The content between header and footer. */
  readonly content: SafeHtml;
  /** The date of the loaded IANA registry; null if it is not known. */
  readonly registryDate: string | null;
  /** Whether the content has a search box: the header then has none. */
  readonly hasSearch?: boolean;
  /** Scripts of packages, which run before the modules. */
  readonly libraries?: readonly Asset[];
  /** Modules in addition to the common one. */
  readonly scripts?: readonly Asset[];
  /** Modules that run before the first paint, where the browser supports it. They must be small. */
  readonly firstScripts?: readonly Asset[];
  /** The imports of these modules, for preloading: a browser then requests all of them in parallel. */
  readonly imports?: readonly Asset[];
  /** The common style sheet; that of the frame alone for content that a package renders. */
  readonly style?: Asset;
  /** Style sheets in addition to the common one. */
  readonly styles?: readonly Asset[];
}

let hasSignIn = false;

/**
 * Sets whether a proxy may name the signed-in user: the scripts of pages then ask who that is.
 *
 * @param isOn - Whether it may.
 */
export function setSignIn(isOn: boolean): void {
  hasSignIn = isOn;
}

/**
 * Renders a whole page.
 *
 * @param page - The parts of the page.
 */
export function layout(page: PageContent): string {
  const { title, description = DESCRIPTION, content, registryDate, style = ASSETS.style, styles = [] } = page;
  const { libraries = [], scripts = [], firstScripts = [], imports = [] } = page;
  const fullTitle = title === 'Portolan' ? title : `${title} · Portolan`;
  const first = firstScripts.map(
    ({ path }) => html`<script type="module" src="${address(`/${path}`)}" blocking="render"></script>
`,
  );
  const packages = libraries.map(
    ({ path }) => html`<script defer src="${address(`/${path}`)}"></script>
`,
  );
  const modules = [ASSETS.script, ...scripts].map(
    ({ path }) => html`<script type="module" src="${address(`/${path}`)}"></script>
`,
  );
  const preloads = imports.map(
    ({ path }) => html`<link rel="modulepreload" href="${address(`/${path}`)}">
`,
  );
  const sheets = [style, ...styles].map(
    ({ path }) => html`<link rel="stylesheet" href="${address(`/${path}`)}">
`,
  );
  return String(html`<!doctype html>
<html lang="en" data-base="${address('')}"${hasSignIn ? html` data-sign-in` : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#fdfcf9" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#101518" media="(prefers-color-scheme: dark)">
<title>${fullTitle}</title>
<meta name="description" content="${description}">
<meta property="og:title" content="${fullTitle}">
<meta property="og:description" content="${description}">
<link rel="search" type="application/opensearchdescription+xml" title="Portolan" href="${address('/opensearch.xml')}">
<link rel="icon" type="image/svg+xml" href="${address(`/${ASSETS.icon.path}`)}">
${sheets}${first}${packages}${modules}${preloads}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="site">
<a class="brand" href="${address('/')}"><img src="${address(`/${ASSETS.icon.path}`)}" alt="" width="28" height="28"><span>Portolan</span></a>
${page.hasSearch === true ? '' : searchBox()}<nav aria-label="Site">${links(JOBS, page)}</nav>
</header>
<main id="content" tabindex="-1">
${content}
</main>
<footer class="site">
${registryDate === null ? '' : html`<p>IANA registry of <a href="${address('/registry')}"><time datetime="${registryDate}">${registryDate}</time></a> (${ageOf(registryDate)})</p>`}
<nav aria-label="Lists">${links(LISTS, page)}</nav>
<p>Portolan ${VERSION}</p>
</footer>
<p id="message" role="status"></p>
</body>
</html>
`);
}

function searchBox(): SafeHtml {
  return html`<form class="find" role="search" action="${address('/search')}">
<input type="search" name="q" aria-label="Port, service name or words" placeholder="Port, service or words" maxlength="200" required autocomplete="off" spellcheck="false" autocapitalize="none">
<button>Search</button>
</form>
`;
}

function links(
  list: readonly (readonly [path: string, label: string])[],
  { section, isPart = false }: PageContent,
): SafeHtml {
  return html`<ul>
${list.map(
  ([
    path,
    label,
  ]) => html`<li><a href="${address(path)}"${path === section ? html` aria-current="${isPart ? 'true' : 'page'}"` : ''}>${label}</a></li>
`,
)}</ul>`;
}
