// Shows the user that is signed in at the proxy in the footer.

const base = document.documentElement.dataset.base ?? '';
const response = await fetch(`${base}/token`, { headers: { Accept: 'application/json' } }).catch(() => null);
const user = response?.ok ? await response.json().catch(() => null) : null;

if (user !== null) {
  const line = document.createElement('p');
  line.textContent = `Signed in as ${user.name.replace(/^sso:/, '')}`;
  document.querySelector('footer.site').append(line);
}
