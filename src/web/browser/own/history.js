import { fetchJson } from './api.js';
import { ACTION_WORDS, changeList } from './changes.js';

/**
 * Creates the list of the last writes of an own entry, from the audit log.
 *
 * @param {string} id The id of the entry.
 */
export async function createHistory(id) {
  const { body } = await fetchJson(`/audit?id=${id}`);
  const list = document.createElement('ol');
  list.className = 'history';
  for (const { at, token, action, before, after } of body.results) {
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.dateTime = at;
    time.textContent = at.slice(0, 16).replace('T', ' ');
    item.append(time, ` ${ACTION_WORDS[action]}, by ${token}`);
    if (before !== null && after !== null) item.append(changeList(before, after));
    list.append(item);
  }
  return list;
}
