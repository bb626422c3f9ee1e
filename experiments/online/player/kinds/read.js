/** read: a text is read; a button goes on. */

import { RESPONSE, SCREEN, VERSION, showScreen } from "../showing.js";

export class Read {
  static info = { name: "read", version: VERSION, parameters: SCREEN, data: RESPONSE };

  trial(display, trial, onLoad) {
    return showScreen(display, trial, onLoad);
  }
}
