/** Creating elements; text is always inserted as text, never as HTML. */

/**
 * @param {string} tag name, with classes after dots: `p.note`
 * @param {Object<string, unknown>} properties `on...`: listener; `aria-`/`data-`/`role`: attribute;
 *   anything else: property of the element. Undefined values are ignored.
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function make(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (/^(aria-|data-|role$|for$)/.test(key)) element.setAttribute(key, String(value));
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

let idCount = 0;

/** An id that no other element of the page has. */
export function newId() {
  idCount += 1;
  return `e${idCount}`;
}
