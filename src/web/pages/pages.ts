import type { RequestHandler } from 'express';
import { ASSETS, type Asset } from '../parts/assets.ts';
import { contentSecurityPolicy } from '../parts/policy.ts';

/** A page with content that a script renders. */
interface Page {
  readonly title: string;
  readonly styles: readonly Asset[];
  /** Scripts of packages, in the order in which they run. */
  readonly libraries: readonly Asset[];
  /** The module that renders the content with these scripts. */
  readonly script: Asset;
  /** The HTML for browsers without JavaScript. */
  readonly noscript: string;
  /** Whether the library renders the landmark and the heading of the page. */
  readonly hasHeading: boolean;
  /** Directives in addition to those of all pages. */
  readonly policy: Readonly<Record<string, string>>;
}

/** Sends the page of the REST API documentation (Swagger UI). */
export const sendDocs = sendPage({
  title: 'Portolan: REST API',
  styles: [ASSETS.swaggerStyle, ASSETS.frame, ASSETS.docsStyle],
  libraries: [ASSETS.swagger],
  script: ASSETS.docs,
  noscript: 'This page needs JavaScript. Its content is in <a href="openapi.json">openapi.json</a>.',
  hasHeading: true,
  policy: {},
});

/** Sends the page of the GraphQL explorer (GraphiQL). */
export const sendExplorer = sendPage({
  title: 'Portolan: GraphQL explorer',
  styles: [ASSETS.graphiqlStyle, ASSETS.frame, ASSETS.explorerStyle],
  libraries: [ASSETS.react, ASSETS.reactDom, ASSETS.graphiql],
  script: ASSETS.explorer,
  noscript:
    'This page needs JavaScript. The GraphQL API works without it: <code>graphql?query={registry{date}}</code>.',
  hasHeading: false,
  policy: {
    // The style sheet of GraphiQL contains its fonts.
    'font-src': 'data:',
    // The hash of the style that its dialogs add to the page, against scrolling behind them. test/browser checks it.
    'style-src': "'self' 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='",
  },
});

function sendPage(page: Page): RequestHandler {
  const headers = { 'Content-Security-Policy': contentSecurityPolicy(page.policy), 'Cache-Control': 'no-cache' };
  const html = render(page);
  return (_request, response) => {
    response.set(headers).type('html').send(html);
  };
}

/** Renders the page. All texts are constants of this file and need no escaping. URLs are relative, to work under a base path. */
function render({ title, styles, libraries, script, noscript, hasHeading }: Page): string {
  const page = `<div id="page"><noscript>${noscript}</noscript></div>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${ASSETS.icon.path}">
${styles.map(({ path }) => `<link rel="stylesheet" href="${path}">`).join('\n')}
</head>
<body>
${hasHeading ? page : `<main>\n<h1>${title}</h1>\n${page}\n</main>`}
${libraries.map(({ path }) => `<script src="${path}"></script>`).join('\n')}
<script type="module" src="${script.path}"></script>
</body>
</html>
`;
}
