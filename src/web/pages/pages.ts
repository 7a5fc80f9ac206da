import type { RequestHandler } from 'express';
import { ASSETS, type Asset } from '../parts/assets.ts';
import { contentSecurityPolicy } from '../parts/policy.ts';

/** A page that a script fills. */
interface Page {
  readonly title: string;
  readonly styles: readonly Asset[];
  /** Scripts that others made, in the order in which they run. */
  readonly libraries: readonly Asset[];
  /** The module that fills the page by their means. */
  readonly script: Asset;
  /** What is said to a browser without scripts. */
  readonly otherwise: string;
  /** Whether the library draws the landmark and heading of the page itself. */
  readonly hasHeading: boolean;
  /** What the page may do beyond what every page may. */
  readonly policy: Readonly<Record<string, string>>;
}

/** The contract of the REST face, to be read and tried. */
export const sendDocs = sendPage({
  title: 'Portolan: the REST interface',
  styles: [ASSETS.swaggerStyle, ASSETS.frame, ASSETS.docsStyle],
  libraries: [ASSETS.swagger],
  script: ASSETS.docs,
  otherwise: 'This page needs JavaScript. What it shows is <a href="openapi.json">openapi.json</a>.',
  hasHeading: true,
  policy: {},
});

/** The explorer of the GraphQL face. */
export const sendExplorer = sendPage({
  title: 'Portolan: the GraphQL explorer',
  styles: [ASSETS.graphiqlStyle, ASSETS.frame, ASSETS.explorerStyle],
  libraries: [ASSETS.react, ASSETS.reactDom, ASSETS.graphiql],
  script: ASSETS.explorer,
  otherwise: 'This page needs JavaScript. GraphQL answers without it: <code>graphql?query={registry{date}}</code>.',
  hasHeading: false,
  policy: {
    // GraphiQL's fonts stand in its style sheet.
    'font-src': 'data:',
    // The one style that its dialogs write into the page: nothing behind them scrolls. test/browser tells when it changes.
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

/** Everything in it stands in this file, so there is nothing to escape; addresses are relative, for a server behind a path. */
function render({ title, styles, libraries, script, otherwise, hasHeading }: Page): string {
  const page = `<div id="page"><noscript>${otherwise}</noscript></div>`;
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
