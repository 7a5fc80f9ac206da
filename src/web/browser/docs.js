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

SwaggerUIBundle({
  spec: contract,
  dom_id: '#page',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // Without this, Swagger UI sends the document to an external validator.
  validatorUrl: null,
  plugins: [
    {
      // Swagger UI renders the path as a link inside of a button: touch and screen readers cannot distinguish the two.
      wrapComponents: {
        DeepLink:
          (_original, { React }) =>
          ({ text }) =>
            React.createElement('span', null, text),
      },
    },
  ],
});

patchAttributes([
  ['.information-container', { role: 'region', 'aria-label': 'About' }],
  ['.scheme-container', { role: 'region', 'aria-label': 'Server and token' }],
  // Swagger UI skips heading level 2.
  ['.opblock-tag, .models > h4', { 'aria-level': '2' }],
  ['.opblock h4', { 'aria-level': '3' }],
  ['.opblock h5', { 'aria-level': '4' }],
  ['#servers', { 'aria-label': 'Server' }],
  ['.parameters-col_description select', { 'aria-label': 'Value' }],
  ['.content-type', { 'aria-label': 'Media type' }],
  ['.examples-select-element', { 'aria-label': 'Example' }],
  ['.highlight-code .microlight', { tabindex: '0' }],
]);
