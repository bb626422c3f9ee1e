/**
 * Recruitment platforms, from which participants come and to which they are sent back: a port of
 * `experiments/online/recruitment.py`.
 *
 * With our collector the server decides where a participant is sent; without it (JATOS, Pavlovia) the page
 * does, and only to a listed host.
 */

export const SITES = {
  prolific: {
    name: "Prolific",
    identity: "PROLIFIC_PID",
    details: ["STUDY_ID", "SESSION_ID"],
    hosts: ["app.prolific.com", "app.prolific.co"],
  },
  sona: { name: "SONA", identity: "id", details: [], hosts: ["*.sona-systems.com"] },
  mturk: {
    name: "MTurk",
    identity: "workerId",
    details: ["assignmentId", "hitId", "turkSubmitTo"],
    hosts: ["www.mturk.com", "workersandbox.mturk.com"],
  },
  qualtrics: { name: "Qualtrics", identity: "id", details: [], hosts: ["*.qualtrics.com"] },
  direct: { name: "", identity: "", details: [], hosts: [] },
};
const PREVIEW = "ASSIGNMENT_ID_NOT_AVAILABLE";
const PLACEHOLDER = /\{\{.*\}\}|^%.*%$|\$\{.*\}/;

/**
 * Return how a participant arrived, from the parameters of the opened link.
 *
 * @param {Object<string, string>} parameters
 * @returns {{source: string, id: string|null} & Object<string, string>}
 */
export function arrivalFromLink(parameters) {
  const source = sourceOf(parameters);
  const { identity, details: names } = SITES[source];
  const id = parameters[identity] ?? null;
  const details = names.filter((name) => parameters[name] !== undefined);
  return { source, id, ...Object.fromEntries(details.map((name) => [name, parameters[name]])) };
}

function sourceOf(parameters) {
  if ("PROLIFIC_PID" in parameters) return "prolific";
  if ("assignmentId" in parameters) return "mturk";
  if ("id" in parameters) return parameters.source === "qualtrics" ? "qualtrics" : "sona";
  return "direct";
}

/** Whether a participant came from the study's recruitment platform; a study with direct links admits everybody. */
export const invites = (source, arrival) => ["direct", arrival.source].includes(source);

/** Whether an MTurk worker is only previewing the task, and therefore gets no slot. */
export function isPreview(arrival) {
  return arrival.source === "mturk" && arrival.assignmentId === PREVIEW;
}

/** A message about what is wrong with the link; empty if nothing is. */
export function faultOf(arrival) {
  const values = Object.entries(arrival).filter(([name, value]) => name !== "source" && value !== null);
  const holder = values.find(([, value]) => PLACEHOLDER.test(value));
  if (holder) return `'${holder[0]}' in the link is still the placeholder ${holder[1]}`;
  if (arrival.source !== "direct" && arrival.id === null) return `${SITES[arrival.source].identity} is missing from the link`;
  return values.some(([, value]) => !/^[!-~]{1,128}$/.test(value)) ? "the link is damaged" : "";
}

/**
 * Whether participants may be sent to an address.
 *
 * @param {string} url
 * @param {string} source
 * @param {string[]} hosts allowed in addition to those of the source
 */
export function allowed(url, source, hosts = []) {
  const parts = parsedAddress(url);
  if (!parts || url.includes("\\")) return false;
  const plain = parts.protocol === "https:" && !parts.username && !parts.password && !parts.port;
  return plain && [...SITES[source].hosts, ...hosts].some((pattern) => matches(parts.hostname, pattern));
}

function parsedAddress(url) {
  try {
    return new URL(url);
  } catch {
    return null; // `URL.canParse` would do, but phones from before 2023 do not have it.
  }
}

function matches(host, pattern) {
  if (!pattern.startsWith("*.")) return host === pattern;
  const rest = pattern.slice(2);
  return host.endsWith(rest) && /^([a-z0-9-]+\.)+$/.test(host.slice(0, -rest.length));
}

/**
 * Return where a participant is sent after an outcome.
 *
 * @param {object} settings the key `recruitment` of `study.json`
 * @param {{source: string, id: string|null}} arrival
 * @param {string} outcome how the session ended, or `full`: no slot was free
 * @returns {import("./transport/transport.js").WayBack}
 */
export function wayBackOf(settings, arrival, outcome) {
  const nowhere = { redirect: null, form: null };
  if (settings.source !== arrival.source) return nowhere;
  const url = returnAddress(settings, arrival, outcome);
  if (!url || !allowed(url, arrival.source, settings.hosts)) return nowhere;
  if (arrival.source !== "mturk") return { redirect: url, form: null };
  return { redirect: null, form: { action: url, fields: { assignmentId: arrival.assignmentId, outcome } } };
}

function returnAddress(settings, arrival, outcome) {
  const withoutSlash = (url) => url.replace(/\/+$/, "");
  if (arrival.source === "prolific") {
    const code = settings.codes[outcome] || (outcome === "full" ? "" : settings.codes.complete);
    return code && `https://app.prolific.com/submissions/complete?${new URLSearchParams({ cc: code })}`;
  }
  // Participants who got no slot have not taken part: there is no credit and no work to submit.
  if (outcome === "full" && ["sona", "mturk"].includes(arrival.source)) return "";
  if (arrival.source === "sona") {
    const { experiment_id, credit_token } = settings;
    const query = new URLSearchParams({ experiment_id, credit_token, survey_code: arrival.id ?? "" });
    return `${withoutSlash(settings.url)}/webstudy_credit.aspx?${query}`;
  }
  if (arrival.source === "mturk") {
    return `${withoutSlash(arrival.turkSubmitTo ?? "https://www.mturk.com")}/mturk/externalSubmit`;
  }
  if (!settings.url) return "";
  const query = new URLSearchParams({ id: arrival.id ?? "", outcome });
  return `${settings.url}${settings.url.includes("?") ? "&" : "?"}${query}`;
}
