/** The live preview: the pickers, the frame with the player, and the faults of the study file. */

const CHECK_EVERY = 500;
const WIDTHS = { desktop: "100%", tablet: "820px", phone: "390px" };
const byId = (id) => document.getElementById(id);
const frame = byId("player");
const pickers = ["mode", "cell", "language", "step", "width"].map((id) => byId(id));
const chosen = { ...Object.fromEntries(new URLSearchParams(window.location.hash.slice(1))) };
let study = null;
/** Whether the frame still shows what was chosen before. */
let isLoading = false;

/** Why the chosen condition, language or step cannot be shown. */
class CannotBeShown extends Error {}

async function fetchJson(address) {
  const reply = await fetch(address, { cache: "no-store" });
  if (reply.status === 422) throw new CannotBeShown((await reply.json()).error);
  if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
  return reply.json();
}

/** Fill a picker with options, and keep what was chosen if it is still there. */
function offer(id, options) {
  const picker = byId(id);
  picker.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
  const values = options.map(([value]) => value);
  if (!values.includes(chosen[id])) chosen[id] = values[0] ?? "";
  picker.value = chosen[id];
  picker.parentElement.hidden = options.length < 2;
}

function query() {
  const { mode, cell, language, step } = chosen;
  return new URLSearchParams({ mode, cell, language, step }).toString();
}

/** Show the study as it is now, at the same step. */
async function refresh() {
  try {
    await showStudy();
  } catch (reason) {
    if (!(reason instanceof CannotBeShown)) throw reason;
    showFaults([{ at: "", key: "", found: reason.message, remedy: "" }]);
  }
}

async function showStudy() {
  isLoading = true;
  study = await fetchJson("study");
  showFaults(study.faults);
  if (study.faults.length) return;
  offer("mode", study.modes.map(({ name }) => [name, name]));
  const { cells } = study.modes.find(({ name }) => name === chosen.mode);
  offer("cell", cells.map((label, index) => [String(index), label]));
  offer("language", study.languages);
  offer("width", Object.keys(WIDTHS).map((each) => [each, each]));
  const { steps } = await fetchJson(`steps?${query()}`);
  offer("step", steps.map(({ id, words }) => [id, words ? `${id} – ${words}` : id]));
  frame.style.width = WIDTHS[chosen.width];
  remember();
  frame.src = `player/?${query()}`;
}

/** Keep the choice in the address, so that reloading the page keeps it. */
function remember() {
  window.history.replaceState(null, "", `#${new URLSearchParams(chosen)}`);
}

function showFaults(faults) {
  const list = byId("faults");
  const count = faults.length === 1 ? "1 mistake in the study" : `${faults.length} mistakes in the study`;
  list.hidden = !faults.length;
  byId("count").textContent = count;
  byId("list").replaceChildren(
    ...faults.map(({ at, key, found, remedy }) => {
      const item = document.createElement("li");
      for (const [name, text] of [["at", key ? `${at} · ${key}` : at], ["found", found], ["remedy", remedy]]) {
        const line = document.createElement("p");
        line.className = name;
        line.textContent = text;
        item.append(line);
      }
      return item;
    }),
  );
}

/** Follow the participant's way through the screens, so that a change of the file is shown at the same step. */
function follow() {
  if (isLoading) return;
  const id = frame.contentDocument?.querySelector("[data-screen]")?.dataset.screen;
  if (!id || id === chosen.step) return;
  chosen.step = id;
  byId("step").value = id;
  remember();
}

async function check() {
  try {
    const { version } = await fetchJson("version");
    byId("stopped").hidden = true;
    if (version !== study?.version) await refresh();
    follow();
  } catch {
    byId("stopped").hidden = false;
  }
  window.setTimeout(check, CHECK_EVERY);
}

for (const picker of pickers) {
  picker.addEventListener("change", () => {
    chosen[picker.id] = picker.value;
    void refresh();
  });
}
frame.addEventListener("load", () => {
  isLoading = false;
});
byId("again").addEventListener("click", () => {
  chosen.step = "";
  void refresh();
});
void check();
