/** The page of an export for Pavlovia. */

import { start } from "../start.js";
import { Pavlovia } from "../transport/pavlovia.js";

start(Pavlovia);
