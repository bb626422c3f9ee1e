/** Pictures: loaded in advance, so that a screen is shown with all of them at its onset. */

const PICTURE_TIMEOUT = 10_000;

/** Load the pictures of all screens, one after another, in the order of the screens. */
export async function fetchAhead(screens, media) {
  const sources = new Set(screens.flatMap(sourcesOf).map((src) => media + src));
  for (const source of sources) {
    const picture = new Image();
    picture.src = source;
    await picture.decode().catch(() => null); // A missing picture is reported when its screen is shown.
  }
}

/** Wait until the pictures of all screens have been loaded, so that no timed trial waits for one; not for ever. */
export async function soon(loading) {
  await Promise.race([loading, new Promise((resolve) => setTimeout(resolve, 3 * PICTURE_TIMEOUT))]);
}

function sourcesOf(screen) {
  // Timelines of earlier versions have no `panels`.
  const content = [screen, ...(screen.panels ?? [])].flatMap((each) => each.content);
  const inContent = content.flatMap((block) => block.images.map((image) => image.src));
  const inOptions = screen.asks.flatMap((ask) => ask.options.map((option) => option.image));
  const stimuli = (screen.displays ?? []).flatMap(({ versions }) => versions.flatMap((version) => version.stimuli));
  return [...inContent, ...inOptions.filter(Boolean), ...stimuli.map(({ image }) => image).filter(Boolean)];
}

/**
 * Wait until the pictures within an element can be shown.
 *
 * @param {HTMLElement} element
 * @returns {Promise<string[]>} addresses of those that cannot be shown; their descriptions are shown instead
 */
export async function picturesReady(element) {
  const pictures = [...element.querySelectorAll("img")];
  const late = new Promise((resolve) => setTimeout(resolve, PICTURE_TIMEOUT, "late"));
  const states = await Promise.all(
    pictures.map((picture) => Promise.race([picture.decode().then(() => "", () => "failed"), late])),
  );
  return pictures.filter((_, place) => states[place]).map((picture) => picture.getAttribute("src"));
}
