// Renders GraphiQL for the URL of this page. Queries are stored in the browser only.
import { patchAttributes } from './parts/a11y-patches.js';

// Without an operation name: GraphiQL would continue to send that name after the query was replaced.
const EXAMPLE = `# Ctrl-Space completes field names; Ctrl-Enter runs the query.
{
  port(number: 60257) {
    summary
    states { tcp udp }
    assignments { serviceName description }
    associations { name usedBy confidence sources { title url } }
  }
}
`;

const explorer = React.createElement(GraphiQL, {
  fetcher: GraphiQL.createFetcher({ url: location.pathname }),
  defaultQuery: EXAMPLE,
});
ReactDOM.createRoot(document.getElementById('page')).render(explorer);

patchAttributes([
  ['.graphiql-query-editor textarea', { 'aria-label': 'Query' }],
  ['.graphiql-editor-tool .graphiql-editor:not(.hidden) textarea', { 'aria-label': 'Variables or headers' }],
  ['.result-window textarea', { 'aria-label': 'Answer' }],
  ['.CodeMirror-scroll', { tabindex: '0' }],
  // Screen readers cannot reach a button inside of a tab: the button becomes the tab.
  ['.graphiql-tab', { role: 'presentation', 'aria-selected': null }],
  ['.graphiql-tab-button', { role: 'tab', 'aria-selected': isOfActiveTab }],
]);

function isOfActiveTab(button) {
  return String(button.closest('.graphiql-tab').classList.contains('graphiql-tab-active'));
}
