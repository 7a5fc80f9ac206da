// Shows the contract and lets it be tried, on the server that this page came from.
import { mend } from './parts/a11y-patches.js';

const contract = await (await fetch('openapi.json')).json();
contract.servers = [{ url: location.pathname.replace(/\/docs$/, '') || '/' }];

// Swagger UI fills every example in: a first try would ask for text, of one protocol, unless it had not changed.
for (const parameter of Object.values(contract.components.parameters)) {
  if (!parameter.required) delete parameter.example;
}

// It loses a reference among the parameters that the operations of a path share, but not among an operation's own.
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
  // Keeps the page from asking a server elsewhere whether the contract is valid.
  validatorUrl: null,
  plugins: [
    {
      // A path is a link inside of the button that opens the operation: neither a finger nor a screen reader can tell them apart.
      wrapComponents: {
        DeepLink:
          (_original, { React }) =>
          ({ text }) =>
            React.createElement('span', null, text),
      },
    },
  ],
});

mend([
  ['.information-container', { role: 'region', 'aria-label': 'About' }],
  ['.scheme-container', { role: 'region', 'aria-label': 'Server and token' }],
  // Swagger UI leaves out the second level.
  ['.opblock-tag, .models > h4', { 'aria-level': '2' }],
  ['.opblock h4', { 'aria-level': '3' }],
  ['.opblock h5', { 'aria-level': '4' }],
  ['#servers', { 'aria-label': 'Server' }],
  ['.parameters-col_description select', { 'aria-label': 'Value' }],
  ['.content-type', { 'aria-label': 'Media type' }],
  ['.examples-select-element', { 'aria-label': 'Example' }],
  ['.highlight-code .microlight', { tabindex: '0' }],
]);
