// Describes the differences between two states of an own entry, a pool or a token.
import { showText } from '../parts/invisible-characters.js';

/** The words of the actions of writes. */
export const ACTION_WORDS = { create: 'created', update: 'changed', delete: 'deleted' };

/** The longest text of a value, in characters. */
const MAX_LENGTH = 200;

/** The fields that every write changes, or that another field shows. */
const LEFT_OUT = ['revision', 'firstPort', 'lastPort'];

/**
 * Creates the list of the changed fields: the old and the new value of each.
 *
 * @param {object} before The old state.
 * @param {object} after The new state.
 * @returns {HTMLUListElement} The list; empty for equal states.
 */
export function changeList(before, after) {
  const [old, current] = [withPorts(before), withPorts(after)];
  const list = document.createElement('ul');
  list.className = 'changes';
  for (const name of Object.keys(current)) {
    const [from, to] = [format(old[name]), format(current[name])];
    if (from === to) continue;
    const item = document.createElement('li');
    item.append(`${labelOf(name)}: `, value('del', from), ' → ', value('ins', to));
    list.append(item);
  }
  return list;
}

/**
 * Returns the ports and protocols of an entry, such as `8443/tcp`; empty for none.
 *
 * @param {object} state The state of the entry.
 */
export function portsOf({ firstPort, lastPort, protocols = [] }) {
  return firstPort === undefined ? '' : `${spanOf(firstPort, lastPort)}/${protocols.join(',')}`;
}

function spanOf(firstPort, lastPort) {
  return firstPort === lastPort ? String(firstPort) : `${firstPort}-${lastPort}`;
}

function withPorts(state) {
  const { firstPort, lastPort } = state;
  const fields = Object.entries(state).filter(([name]) => !LEFT_OUT.includes(name));
  const ports = firstPort === undefined ? [] : [['ports', spanOf(firstPort, lastPort)]];
  return Object.fromEntries([...ports, ...fields]);
}

/** Returns the label of a field: `otherNames` is `other names`. */
function labelOf(name) {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function format(state) {
  if (state === null || state === undefined) return '';
  if (Array.isArray(state)) return state.map(format).join(', ');
  if (typeof state !== 'object') return String(state);
  const { firstPort, lastPort, title, url } = state;
  return title === undefined ? `${firstPort}-${lastPort}` : `${title} ${url ?? ''}`.trim();
}

function value(name, text) {
  const element = document.createElement(name);
  showText(element, text === '' ? 'none' : text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
  return element;
}
