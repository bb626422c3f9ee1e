/** timed: a timed trial, which shows its screen itself. */

import { KINDS } from "../kinds.js";
import { TimedTrial } from "../timed.js";

KINDS.timed = (screen, stage, display) => new TimedTrial(screen, stage).show(display);
KINDS.timed.whole = true;
