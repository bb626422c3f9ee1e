/** decide: an amount or the alternative is chosen, as two points of a scale. The answer is 1 or 0. */

import { KINDS } from "../kinds.js";
import { rate } from "./rate.js";

KINDS.decide = (ask, names, changed) => rate(ask, names, changed);
