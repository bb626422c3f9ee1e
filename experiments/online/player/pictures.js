/** Pictures: fetched ahead, and ready before their screen shows, so that its onset is that of all of it. */

const PICTURE_PATIENCE = 10_000;

/** Fetch the pictures of the screens to come, one after the other, in the order they will be met. */
export async function fetchAhead(screens, media) {
  const sources = new Set(screens.flatMap(sourcesOf).map((src) => media + src));
  for (const source of sources) {
    const picture = new Image();
    picture.src = source;
    await picture.decode().catch(() => null); // A missing picture is reported when its screen shows.
  }
}

function sourcesOf(screen) {
  const shown = screen.content.flatMap((block) => block.images.map((image) => image.src));
  const chosen = screen.asks.flatMap((ask) => ask.options.map((option) => option.image));
  return [...shown, ...chosen.filter(Boolean)];
}

/**
 * Wait until the pictures within an element can be shown.
 *
 * @param {HTMLElement} element
 * @returns {Promise<string[]>} addresses of those that cannot; their descriptions show instead
 */
export async function picturesReady(element) {
  const pictures = [...element.querySelectorAll("img")];
  const late = new Promise((resolve) => setTimeout(resolve, PICTURE_PATIENCE, "late"));
  const states = await Promise.all(
    pictures.map((picture) => Promise.race([picture.decode().then(() => "", () => "failed"), late])),
  );
  return pictures.filter((_, place) => states[place]).map((picture) => picture.getAttribute("src"));
}
