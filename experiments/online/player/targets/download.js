/** The page of an export for a file, without a server. */

import { start } from "../start.js";
import { Download } from "../transport/download.js";

start(Download);
