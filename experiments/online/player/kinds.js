/**
 * The kinds of question: name -> what makes the control of one ask. Each file of `kinds/` enters its own;
 * `script.py` puts all of them into the page.
 *
 * @typedef {import("./item.js").Control} Control
 * @typedef {{prompt: string, fault: string, texts: object, required: boolean, media: string}} Surroundings
 *   ids of what names the control and of its complaint, the interface's texts, the folder of the pictures
 * @type {Object<string, (ask: object, around: Surroundings, changed: (event: Event) => void) => Control>}
 */
export const KINDS = {};
