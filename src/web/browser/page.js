// The script of every page: copies commands, shows messages and the signed-in user, and focuses the search with the key /.

for (const button of document.querySelectorAll('button.copy')) {
  button.addEventListener('click', () => copy(button));
}

/** Copies the text beside a button, and confirms it for 2 s. */
async function copy(button) {
  const code = button.parentElement.querySelector('code');
  const isCopied = await copyText(code);
  const place = document.getElementById('message');
  // The label of the button hides its text from screen readers.
  place.textContent = button.textContent = isCopied ? 'Copied' : 'Press Ctrl-C';
  setTimeout(() => {
    button.textContent = 'Copy';
    place.textContent = '';
  }, 2000);
}

/** Copies text. The clipboard API needs a secure context (HTTPS or localhost); other pages use the deprecated command. */
async function copyText(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return document.execCommand('copy');
  }
}

for (const input of document.querySelectorAll('.find input, .ask input')) {
  // Loaded on demand: most visitors follow links. The front page focuses its box before this script runs.
  const load = async () => (await import('./parts/search-box.js')).createSearchBox(input);
  for (const kind of ['focus', 'input']) input.addEventListener(kind, load, { once: true });
}

// The result of an action on the previous page.
const message = sessionStorage.getItem('portolan.message');
if (message !== null) {
  sessionStorage.removeItem('portolan.message');
  const { showMessage } = await import('./own/message.js');
  showMessage(JSON.parse(message));
}

// Pages with a line for the token show the signed-in user there.
const { dataset } = document.documentElement;
if (dataset.signIn !== undefined && document.querySelector('.token') === null) import('./parts/user-line.js');

document.addEventListener('keydown', (event) => {
  const isTyping = event.target.closest('input, textarea, select, [contenteditable]') !== null;
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  (document.querySelector('main input[type=search]') ?? document.querySelector('.find input')).focus();
});

// A heading is a link to itself: its name and its place stay the same for screen readers.
for (const heading of document.querySelectorAll('main h2[id]:not(dialog *)')) {
  const link = document.createElement('a');
  link.className = 'anchor';
  link.href = `#${heading.id}`;
  link.append(...heading.childNodes);
  heading.append(link);
}

// The page of a port, for a reader with a token: what hosts have reported. Others load no script for it.
if (document.getElementById('observed')?.hidden && sessionStorage.getItem('portolan.token') !== null) {
  import('./observed/port-observed.js');
}
