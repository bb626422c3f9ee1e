/** look: something is shown for `duration` seconds; it goes on by itself. */

import { RESPONSE, SCREEN, VERSION, showScreen } from "../showing.js";

export class Look {
  static info = { name: "look", version: VERSION, parameters: SCREEN, data: RESPONSE };

  trial(display, trial, onLoad) {
    return showScreen(display, trial, onLoad);
  }
}
