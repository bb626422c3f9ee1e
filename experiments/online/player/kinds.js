/**
 * The kinds of question: name -> function that creates the control for a question. Each file in `kinds/` adds
 * its own kind; `export/script.py` includes all of them in the page.
 *
 * @typedef {import("./item.js").Control} Control
 * @typedef {{prompt: string, fault: string, texts: object, required: boolean, media: string}} ControlContext
 *   ids of the elements with the prompt and with the error message, interface texts, whether an answer is
 *   required, address of the folder with the pictures
 *
 * A kind with `together = true` makes one control for all questions of a screen, which are parts of one. A kind with
 * `whole = true` has no controls: it shows its screen itself, and returns the response.
 *
 * @type {Object<string, (ask: object, context: ControlContext, changed: (event: Event) => void) => Control>}
 */
export const KINDS = {};
