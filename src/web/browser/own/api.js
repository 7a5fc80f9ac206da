// Sends API requests with the token of this window, which is stored in sessionStorage only, or as the user that is signed in at
// the proxy. Shows which of them is in use, and asks for a token. It is one module, because a page loads at most 8 files.

const KEY = 'portolan.token';

/** The path under which a proxy mounts the server; empty for none. */
const BASE = document.documentElement.dataset.base ?? '';

/**
 * Returns the address of a path under the base path.
 *
 * @param {string} path Path and query.
 */
export function address(path) {
  return BASE + path;
}

/**
 * Opens a page, which then shows a message.
 *
 * @param {string} path Path and query.
 * @param {{ text: string, undo?: { scope: string, path: string, body: object } }} message The text, and the request
 *   that creates what was deleted again, with the scope that it requires.
 */
export function openPage(path, message) {
  sessionStorage.setItem('portolan.message', JSON.stringify(message));
  location.assign(address(path));
}

/** Returns the token of this window; null for none. */
export function token() {
  return sessionStorage.getItem(KEY);
}

/** Stores a token until the window is closed; null deletes it. */
export function storeToken(value) {
  if (value === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, value);
}

/** The error of a failed request: a problem document (RFC 9457). */
export class ProblemError extends Error {
  constructor(problem) {
    super(problem.detail);
    this.status = problem.status;
    this.errors = problem.errors ?? [];
  }
}

/**
 * Sends a request and parses the JSON response.
 *
 * @param {string} path Path and query.
 * @param {{ method?: string, body?: unknown, type?: string, etag?: string, bearer?: string | null }} options Method, body,
 *   its media type if it is not an object to send as JSON, ETag for `If-Match`, and the token if it is not that of this
 *   window.
 * @returns {Promise<{ body: any, etag: string | null, location: string | null }>}
 * @throws {ProblemError} If the server rejects the request, or cannot be reached.
 */
export async function fetchJson(path, { method = 'GET', body, type, etag, bearer = token() } = {}) {
  const headers = { Accept: 'application/json' };
  if (bearer !== null) headers.Authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers['Content-Type'] = type ?? 'application/json';
  if (etag !== undefined) headers['If-Match'] = etag;
  const sent = body === undefined || type !== undefined ? body : JSON.stringify(body);
  const request = { method, headers, cache: 'no-cache', body: sent };
  const response = await fetch(address(path), request).catch(() => {
    throw new ProblemError({
      status: 0,
      detail: 'Cannot reach the server. Nothing was changed in this form: try again.',
    });
  });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) {
    throw new ProblemError(answer ?? { status: response.status, detail: `The server answered ${response.status}.` });
  }
  return { body: answer, etag: response.headers.get('ETag'), location: response.headers.get('Location') };
}

/**
 * Runs an action of a form, unless one is running.
 *
 * @param {HTMLFormElement} form The form.
 * @param {() => Promise<void>} action The action.
 */
export async function runOnce(form, action) {
  if (form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  try {
    await action();
  } finally {
    form.ariaBusy = null;
  }
}

const SCOPES = ['read', 'write', 'admin'];
const SCOPE_WORDS = { read: 'read only' };

/** The start of the names of users in the audit log. */
const USER_PREFIX = 'sso:';

/** Whether a proxy may name the signed-in user. */
const HAS_SIGN_IN = document.documentElement.dataset.signIn !== undefined;

const line = document.querySelector('.token');
const listeners = [];

/** The name and the scope of the token in use, or of the signed-in user; null for none. */
let bearer = null;
const isKnown = findBearer();

/**
 * Calls a function with the token in use or the signed-in user, now and after each change.
 *
 * @param {(bearer: { name: string, scope: string } | null) => void} listener The function.
 */
export async function onBearer(listener) {
  listeners.push(listener);
  await isKnown;
  listener(bearer);
}

async function findBearer() {
  try {
    if (token() !== null || HAS_SIGN_IN) bearer = (await fetchJson('/token')).body;
    showBearer();
  } catch (error) {
    // The proxy names no user.
    if (token() === null && error.status === 401) return showBearer();
    const word = error.status === 401 ? 'Invalid token' : 'Token not checked';
    showLine([word, ['enter a token', () => askForToken('read')], ['forget it', forget]]);
  }
}

function showBearer() {
  if (bearer === null) showLine(['No token', ['Enter a token', () => askForToken('read')]]);
  else if (isUser())
    showLine([
      `Signed in as ${bearer.name.slice(USER_PREFIX.length)}`,
      SCOPE_WORDS[bearer.scope] ?? bearer.scope,
      ['use a token', () => askForToken('read')],
    ]);
  else
    showLine([
      `Token ${bearer.name}`,
      SCOPE_WORDS[bearer.scope] ?? bearer.scope,
      ['change', () => askForToken('read')],
      ['forget', forget],
    ]);
}

function isUser() {
  return bearer?.name.startsWith(USER_PREFIX) === true;
}

/** Shows texts, and buttons with their actions. */
function showLine(parts) {
  const nodes = parts.flatMap((part) => {
    const [text, action] = [part].flat();
    const element = document.createElement(action === undefined ? 'span' : 'button');
    element.textContent = text;
    if (action !== undefined) {
      element.type = 'button';
      element.addEventListener('click', action);
    }
    return [' · ', element];
  });
  line.replaceChildren(...nodes.slice(1));
}

async function forget() {
  storeToken(null);
  change(null);
  if (HAS_SIGN_IN) {
    await findBearer();
    change(bearer);
  }
  line.querySelector('button').focus();
}

function change(found) {
  bearer = found;
  showBearer();
  for (const listener of listeners) listener(found);
}

/**
 * Returns whether there is a token, or a signed-in user with a scope; asks for a token if not.
 *
 * @param {string} scope The required scope.
 */
export async function ensureToken(scope) {
  await isKnown;
  if (token() !== null) return true;
  if (!isUser()) return askForToken(scope);
  const isPermitted = SCOPES.indexOf(bearer.scope) >= SCOPES.indexOf(scope);
  const name = bearer.name.slice(USER_PREFIX.length);
  return (
    isPermitted ||
    askForToken(scope, `You are signed in as ${name} with the scope ${bearer.scope}: this needs ${scope}.`)
  );
}

/**
 * Sends a request with a token: asks the user for one if there is none, or if the server rejects the one in use.
 *
 * @param {string} scope The required scope.
 * @param {string} path Path and query.
 * @param {object} options As for `fetchJson`.
 * @returns {ReturnType<typeof fetchJson>} The response; null if there was no token and the user entered none.
 * @throws {ProblemError} As `fetchJson`, also if the token is rejected and the user enters no other.
 */
export async function sendWithToken(scope, path, options) {
  if (!(await ensureToken(scope))) return null;
  try {
    return await fetchJson(path, options);
  } catch (error) {
    if (error.status !== 401) throw error;
    if (token() === null) {
      const detail = 'You are no longer signed in. Sign in again in another tab, then try again.';
      throw new ProblemError({ status: 401, detail });
    }
    storeToken(null);
    if (!(await askForToken(scope, error.message))) throw error;
    return sendWithToken(scope, path, options);
  }
}

/**
 * Asks the user for a token, and checks it at once.
 *
 * @param {string} scope The required scope.
 * @param {string} reason The error of the previous token; empty for none.
 * @returns {Promise<boolean>} Whether a valid token was entered.
 */
export async function askForToken(scope, reason = '') {
  const opener = document.activeElement;
  // Opened before its script is loaded: no character that the user types is lost.
  document.getElementById('token-dialog').showModal();
  const { readToken } = await import('./token-dialog.js');
  const found = await readToken(scope, reason);
  if (found !== null) change(found);
  // The focus returns to the button that opened the dialog, unless a new line has replaced it.
  if (!opener.isConnected) line.querySelector('button').focus();
  return found !== null;
}
