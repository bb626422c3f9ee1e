/** The experimenter's live page, which fetches the counts from the collector every few seconds and shows them. */

const EVERY_MS = 4000;
const SVG = "http://www.w3.org/2000/svg";
const NAMES = { completed: "completed", running: "in progress", ended: "ended early", dropped: "dropped out" };
const PARTS = Object.keys(NAMES);
let lastRow = null;

const at = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");

function element(name, text = "", className = "") {
  const created = document.createElement(name);
  created.textContent = text;
  if (className) created.className = className;
  return created;
}

/** Fill a bar with pieces in proportion to the counts; `whole` is the count of the full bar. */
function fill(bar, counts, whole) {
  bar.replaceChildren(
    ...PARTS.filter((part) => counts[part] > 0).map((part) => {
      const piece = element("span", "", part);
      piece.style.width = `${(100 * counts[part]) / Math.max(1, whole)}%`;
      return piece;
    }),
  );
  bar.setAttribute("aria-label", PARTS.map((part) => `${counts[part]} ${NAMES[part]}`).join(", "));
}

function ago(time) {
  if (time === null) return "none yet";
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} days ago`;
}

function drawTiles(counts) {
  const tiles = [
    ["started", counts.started],
    ["active now", counts.active],
    ["completed", counts.completed],
    ["left early", counts.left],
    ["declined", counts.declined],
    ["not eligible", counts.ineligible],
    ["dropped out", counts.dropped],
    ["surplus", counts.surplus],
    ["rows", counts.rows],
  ];
  at("tiles").replaceChildren(
    ...tiles.map(([name, value]) => {
      const tile = element("div");
      tile.append(element("dt", name), element("dd", number(value)));
      return tile;
    }),
  );
}

function drawCells(cells) {
  at("cells").replaceChildren(
    ...cells.map((cell) => {
      const line = element("tr");
      const name = element("th", cell.code);
      name.scope = "row";
      const wide = element("td", "", "wide");
      const bar = element("div", "", "bar");
      bar.setAttribute("role", "img");
      fill(bar, cell, Math.max(cell.slots, cell.started));
      wide.append(bar);
      const lost = cell.ended + cell.dropped;
      const ended = lost + cell.completed;
      const attrition = ended === 0 ? "–" : `${Math.round((100 * lost) / ended)}%`;
      line.append(name, wide);
      for (const value of [cell.started, cell.running, cell.completed, cell.ended, cell.dropped]) {
        line.append(element("td", number(value)));
      }
      line.append(element("td", attrition));
      return line;
    }),
  );
}

function svg(name, attributes, text = "") {
  const created = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  created.textContent = text;
  return created;
}

/** Return the counts of the last 12 to 48 hours, including hours without any. */
function lastHours(hours) {
  const known = new Map(hours.map((hour) => [hour.hour, hour]));
  const end = Math.floor(Date.now() / 3600000);
  const first = hours.length ? Math.floor(Date.parse(`${hours[0].hour}:00:00Z`) / 3600000) : end;
  const from = Math.max(end - 47, Math.min(first, end - 11));
  return Array.from({ length: end - from + 1 }, (_, place) => {
    const date = new Date((from + place) * 3600000);
    const hour = known.get(date.toISOString().slice(0, 13));
    return { date, started: hour?.started ?? 0, completed: hour?.completed ?? 0 };
  });
}

function drawHours(hours) {
  const shown = lastHours(hours);
  const width = Math.max(260, at("hours").clientWidth), height = 150, base = 122, left = 34;
  const maximum = Math.max(4, ...shown.map((hour) => hour.started), ...shown.map((hour) => hour.completed));
  const room = (width - left) / shown.length;
  const heightOf = (count) => (count / maximum) * (base - 14);
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `${shown.reduce((sum, hour) => sum + hour.started, 0)} started in the last ${shown.length} hours` });
  for (const tick of [0, maximum]) {
    const y = base - heightOf(tick);
    drawing.append(svg("line", { x1: left, x2: width, y1: y, y2: y }));
    drawing.append(svg("text", { x: left - 8, y: y + 4, "text-anchor": "end" }, String(tick)));
  }
  const every = Math.ceil((shown.length * 75) / width);
  shown.forEach((hour, place) => {
    const x = left + place * room;
    const bar = Math.min(22, room * 0.42);
    for (const [part, shift] of [["started", -bar], ["completed", 0]]) {
      drawing.append(svg("rect", { class: part, x: x + room / 2 + shift, width: Math.max(1, bar - 1),
        y: base - heightOf(hour[part]), height: heightOf(hour[part]) }));
    }
    if ((shown.length - 1 - place) % every === 0) {
      const isLast = place === shown.length - 1;
      const label = isLast ? "this hour" : `${hour.date.getHours()}:00`;
      const where = isLast ? { x: width, "text-anchor": "end" } : { x: x + room / 2, "text-anchor": "middle" };
      drawing.append(svg("text", { ...where, y: height - 8 }, label));
    }
  });
  at("hours").replaceChildren(drawing);
}

function drawNotes(counts) {
  const notes = [];
  if (counts.full) notes.push(`Turned away because no place was free: ${number(counts.full)}.`);
  if (counts.deleted) notes.push(`Deleted at participants' request: ${number(counts.deleted)}.`);
  if (counts.unconfirmed) {
    notes.push(`Completed, but some rows are missing: ${number(counts.unconfirmed)}.`);
  }
  if (counts.refused) {
    notes.push(`Rows that were refused, and stored separately with the reason: ${number(counts.refused)}.`);
  }
  at("notes").replaceChildren(...notes.map((note) => element("p", note)));
}

function draw(counts) {
  lastRow = counts.last_row;
  for (const id of ["completed", "slots", "free"]) at(id).textContent = number(counts[id]);
  const ended = counts.left + counts.declined + counts.ineligible;
  fill(at("bar"), { completed: counts.completed, running: counts.running, ended: 0, dropped: 0 }, counts.slots);
  at("bar").setAttribute("aria-label",
    `${counts.completed} of ${counts.slots} completed, ${counts.running} in progress, ${ended} ended in another way`);
  drawTiles(counts);
  drawCells(counts.cells);
  drawHours(counts.hours);
  drawNotes(counts);
}

function showState(text, className) {
  const state = at("state");
  if (state.textContent !== text) state.textContent = text;
  state.className = `state ${className}`;
}

async function refresh() {
  try {
    const answer = await fetch("/live/data", { headers: { Accept: "application/json" } });
    if (answer.status === 401) {
      window.location.assign("/live/login");
      return;
    }
    if (!answer.ok) throw new Error((await answer.json()).error);
    draw(await answer.json());
    showState("Live", "live");
  } catch (fault) {
    showState(`The collector cannot be reached: ${fault.message}`, "broken");
  }
}

setInterval(() => { at("last-row").textContent = ago(lastRow); }, 1000);
window.addEventListener("resize", () => void refresh());
setInterval(refresh, EVERY_MS);
refresh().then(() => { at("last-row").textContent = ago(lastRow); });
