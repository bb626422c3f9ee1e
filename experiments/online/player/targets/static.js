/** The page of an export for our collector. */

import { start } from "../start.js";
import { Collector } from "../transport/collector.js";

start(Collector);
