// Renders the OpenAPI document with Swagger UI, and sends requests to the server of this page.
import { patchAttributes } from './parts/a11y-patches.js';

const contract = await (await fetch('openapi.json')).json();
contract.servers = [{ url: location.pathname.replace(/\/docs$/, '') || '/' }];

// Swagger UI prefills every example: a first request would have a format, a protocol and an ETag condition.
for (const parameter of Object.values(contract.components.parameters)) {
  if (!parameter.required) delete parameter.example;
}

// Swagger UI drops references in the shared parameters of a path, but not in those of an operation.
for (const [path, { parameters = [], ...operations }] of Object.entries(contract.paths)) {
  for (const operation of Object.values(operations)) {
    operation.parameters = [...parameters, ...(operation.parameters ?? [])];
  }
  contract.paths[path] = operations;
}

const darkScheme = matchMedia('(prefers-color-scheme: dark)');
const showScheme = () => document.documentElement.classList.toggle('dark-mode', darkScheme.matches);
darkScheme.addEventListener('change', showScheme);
showScheme();

SwaggerUIBundle({
  spec: contract,
  dom_id: '#page',
  layout: 'Resources',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // Without this, Swagger UI sends the document to an external validator.
  validatorUrl: null,
  plugins: [
    ({ React: { createElement } }) => ({
      components: { Resources: ({ getComponent }) => resources(createElement, getComponent) },
      // Swagger UI renders the path as a link inside of a button: touch and screen readers cannot distinguish the two.
      wrapComponents: {
        DeepLink:
          () =>
          ({ text }) =>
            createElement('span', null, text),
      },
    }),
  ],
});

/** Lays out the page. Swagger UI's own layout begins with the rules, which are long, and has a second main landmark. */
function resources(createElement, getComponent) {
  const part = (name) => createElement(getComponent(name, true));
  return createElement(
    'div',
    { className: 'swagger-ui' },
    createElement(getComponent('SvgAssets')),
    part('errors'),
    createElement(
      'details',
      null,
      createElement('summary', null, 'Rules for all resources: formats, errors, limits, tokens'),
      part('InfoContainer'),
    ),
    createElement('div', { className: 'schemes' }, part('AuthorizeBtnContainer')),
    part('operations'),
    part('Models'),
  );
}

patchAttributes([
  // Swagger UI renders a second heading of level 1, and skips level 2.
  ['.info h1, .opblock-tag, .models > h4', { 'aria-level': '2' }],
  ['.opblock h4', { 'aria-level': '3' }],
  ['.opblock h5', { 'aria-level': '4' }],
  ['.parameters-col_description select', { 'aria-label': 'Value' }],
  ['.body-param__text', { 'aria-label': 'Body' }],
  ['.responses-table', { role: null }],
  ['.content-type', { 'aria-label': 'Media type' }],
  ['.examples-select-element', { 'aria-label': 'Example' }],
  ['.highlight-code .microlight', { tabindex: '0' }],
]);
