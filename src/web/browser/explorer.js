// The explorer over the address of this very page. What a visitor types is kept in the browser alone.
import { mend } from './parts/a11y-patches.js';

// The example has no name: GraphiQL would go on asking for the operation of that name while somebody types another one in its place.
const EXAMPLE = `# Ctrl-Space offers the fields that there are; Ctrl-Enter asks.
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

mend([
  ['.graphiql-query-editor textarea', { 'aria-label': 'Query' }],
  ['.graphiql-editor-tool .graphiql-editor:not(.hidden) textarea', { 'aria-label': 'Variables or headers' }],
  ['.result-window textarea', { 'aria-label': 'Answer' }],
  ['.CodeMirror-scroll', { tabindex: '0' }],
  // A button inside of a tab cannot be told from it: the button is the tab.
  ['.graphiql-tab', { role: 'presentation', 'aria-selected': null }],
  ['.graphiql-tab-button', { role: 'tab', 'aria-selected': isOfActiveTab }],
]);

function isOfActiveTab(button) {
  return String(button.closest('.graphiql-tab').classList.contains('graphiql-tab-active'));
}
