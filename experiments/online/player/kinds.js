/**
 * The kinds of question: name -> function that creates the control of a question. Each file in `kinds/` adds
 * its own; `script.py` includes all of them in the page.
 *
 * @typedef {import("./item.js").Control} Control
 * @typedef {{prompt: string, fault: string, texts: object, required: boolean, media: string}} Surroundings
 *   ids of what names the control and of its complaint, the interface's texts, the folder of the pictures
 * @type {Object<string, (ask: object, around: Surroundings, changed: (event: Event) => void) => Control>}
 */
export const KINDS = {};
