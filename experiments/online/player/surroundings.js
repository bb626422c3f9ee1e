/** Facts about the browser for a methods section; nothing that could identify a participant. */

const FRAMES = 30;

/** @returns {Promise<object>} the details of the event `browser` */
export async function surroundings() {
  const [name, version] = browserOf(navigator.userAgent);
  return {
    name,
    version,
    system: systemOf(navigator.userAgent),
    device: matchMedia("(pointer: coarse)").matches ? "touch" : "desktop",
    width: window.innerWidth,
    height: window.innerHeight,
    pixel_ratio: window.devicePixelRatio,
    refresh_hz: await refreshRate(),
    language: navigator.language,
    reduced_motion: matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

/** Name and major version. The order matters: browsers built on Chromium also name Chrome, and Chrome names Safari. */
function browserOf(agent) {
  const known = [
    ["Edge", /Edg\/(\d+)/],
    ["Opera", /OPR\/(\d+)/],
    ["Samsung Internet", /SamsungBrowser\/(\d+)/],
    ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
    ["Chrome", /(?:Chrome|CriOS)\/(\d+)/],
    ["Safari", /Version\/(\d+).*Safari/],
  ];
  const found = known.find(([, pattern]) => pattern.test(agent));
  return found ? [found[0], agent.match(found[1])[1]] : ["another", ""];
}

function systemOf(agent) {
  const known = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux"];
  return known.find((name) => agent.includes(name)) ?? "another";
}

/** Frames per second, from the median interval between frames. */
async function refreshRate() {
  const stamps = [];
  while (stamps.length <= FRAMES) stamps.push(await new Promise(requestAnimationFrame));
  const intervals = stamps.slice(1).map((stamp, place) => stamp - stamps[place]);
  const median = intervals.sort((a, b) => a - b)[FRAMES / 2];
  return Math.round(10_000 / median) / 10;
}
