/**
 * @typedef {string | null | ((element: Element) => string)} Value The value of an attribute; null for none.
 */

/**
 * Gives elements that others' scripts draw what they lack for whoever hears a page, now and whenever they are drawn anew.
 *
 * @param {readonly (readonly [selector: string, attributes: Readonly<Record<string, Value>>])[]} table What is lacking where.
 */
export function mend(table) {
  const look = () => {
    for (const [selector, attributes] of table) {
      for (const element of document.querySelectorAll(selector)) {
        for (const [name, value] of Object.entries(attributes)) {
          const wanted = typeof value === 'function' ? value(element) : value;
          if (element.getAttribute(name) === wanted) continue;
          if (wanted === null) element.removeAttribute(name);
          else element.setAttribute(name, wanted);
        }
      }
    }
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributeFilter: ['class'] });
  look();
}
