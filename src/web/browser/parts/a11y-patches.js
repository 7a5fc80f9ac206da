/**
 * @typedef {string | null | ((element: Element) => string)} Value The value of an attribute; null for none.
 */

/**
 * Adds missing ARIA attributes to the elements of third-party scripts, now and after each change of the page.
 *
 * @param {readonly (readonly [selector: string, attributes: Readonly<Record<string, Value>>])[]} table The attributes by selector.
 */
export function patchAttributes(table) {
  const patch = () => {
    for (const [selector, attributes] of table) {
      for (const element of document.querySelectorAll(selector)) {
        for (const [name, value] of Object.entries(attributes)) {
          const expected = typeof value === 'function' ? value(element) : value;
          if (element.getAttribute(name) === expected) continue;
          if (expected === null) element.removeAttribute(name);
          else element.setAttribute(name, expected);
        }
      }
    }
  };
  new MutationObserver(patch).observe(document.body, { childList: true, subtree: true, attributeFilter: ['class'] });
  patch();
}
