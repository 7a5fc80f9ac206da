// What every page can do with scripts: copy commands, and go to the search by the key /.

for (const button of document.querySelectorAll('button.copy')) {
  button.addEventListener('click', () => copy(button));
}

/** Copies what stands beside a button, and says so for a moment. */
async function copy(button) {
  const code = button.parentElement.querySelector('code');
  const isCopied = await write(code);
  button.textContent = isCopied ? 'Copied' : 'Press Ctrl-C';
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}

/** The clipboard is there for pages of https and of this machine only; elsewhere the old command may do it. */
async function write(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return document.execCommand('copy');
  }
}

for (const button of document.querySelectorAll('button[data-own]')) {
  // Most visitors read: what writes is loaded when it is wanted.
  button.addEventListener('click', async () => (await import('./own/own.js')).act(button));
}

// What was done on the page before, which is gone by now.
const told = sessionStorage.getItem('portolan.told');
if (told !== null) {
  sessionStorage.removeItem('portolan.told');
  const { showText } = await import('./parts/invisible-characters.js');
  showText(document.getElementById('told'), told);
}

document.addEventListener('keydown', (event) => {
  const isTyping = event.target.closest('input, textarea, select, [contenteditable]') !== null;
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  (document.querySelector('main input[type=search]') ?? document.querySelector('.find input')).focus();
});
