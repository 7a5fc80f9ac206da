import { html } from '@remix-run/html-template';
import { address } from '../parts/address.ts';
import { ASSETS } from '../parts/assets.ts';
import { layout } from '../parts/layout.ts';
import { contentSecurityPolicy } from '../parts/policy.ts';

/** The policy of the page of Swagger UI. */
export const DOCS_POLICY = contentSecurityPolicy({ 'form-action': "'self'" });

/** The policy of the page of GraphiQL. */
export const EXPLORER_POLICY = contentSecurityPolicy({
  'form-action': "'self'",
  // The style sheet of GraphiQL contains its fonts.
  'font-src': 'data:',
  // The hash of the style that its dialogs add to the page, against scrolling behind them. test/browser checks it.
  'style-src': "'self' 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='",
});

/**
 * Renders the page of the REST API documentation (Swagger UI).
 *
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function docsPage(registryDate: string): string {
  return layout({
    title: 'REST API',
    description: 'All resources of Portolan with their parameters and responses. Requests can be sent from the page.',
    section: '/docs',
    registryDate,
    style: ASSETS.frame,
    styles: [ASSETS.swaggerStyle, ASSETS.docsStyle],
    libraries: [ASSETS.swagger],
    scripts: [ASSETS.docs],
    content: html`<h1>REST API</h1>
<p>The same data over <a href="${address('/graphql')}">GraphQL</a>. The contract is <a href="${address('/openapi.json')}">openapi.json</a>.</p>
<div id="page"><noscript><p>This list of resources needs JavaScript. Its content is in openapi.json.</p></noscript></div>`,
  });
}

/**
 * Renders the page of the GraphQL explorer (GraphiQL).
 *
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function explorerPage(registryDate: string): string {
  return layout({
    title: 'GraphQL explorer',
    description: 'Writes and runs GraphQL queries against Portolan, and shows the schema.',
    section: '/docs',
    isPart: true,
    registryDate,
    style: ASSETS.frame,
    styles: [ASSETS.graphiqlStyle, ASSETS.explorerStyle],
    libraries: [ASSETS.react, ASSETS.reactDom, ASSETS.graphiql],
    scripts: [ASSETS.explorer],
    content: html`<h1>GraphQL explorer</h1>
<p>The same data over <a href="${address('/docs')}">REST</a>.</p>
<div id="page"><noscript><p>The explorer needs JavaScript. The GraphQL API works without it: <code>/graphql?query={registry{date}}</code></p></noscript></div>`,
  });
}
