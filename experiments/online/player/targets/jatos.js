/** The page of an export for JATOS. */

import { start } from "../start.js";
import { Jatos } from "../transport/jatos.js";

start(Jatos);
