import { showText } from './invisible-characters.js';

/**
 * Creates an element.
 *
 * @param {string} name - Its name.
 * @param {object} properties - Its properties.
 * @param {...(Node | string)} children - Its children.
 */
export function create(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/**
 * Creates an element with untrusted text, whose direction does not affect the text around it.
 *
 * @param {string} text - Any text.
 */
export function createUntrusted(text) {
  const element = document.createElement('bdi');
  showText(element, text);
  return element;
}

/**
 * Creates the links to the next and the previous page of a list.
 *
 * @param {{ next: string | null, previous: string | null }} list - The paths of these pages.
 */
export function createPager({ next, previous }) {
  const pager = create('nav', { className: 'pager', ariaLabel: 'Pages' });
  for (const [path, label] of [
    [previous, 'Previous'],
    [next, 'Next'],
  ]) {
    if (path !== null) pager.append(create('a', { href: `?${path.split('?')[1]}` }, label));
  }
  return pager;
}
