/** The content of a screen: headings, texts, notes, pictures, films and sounds. */

import { clipOf } from "./clips.js";
import { make } from "./element.js";

/**
 * @param {object[]} blocks
 * @param {string} media address of the folder with the pictures and clips
 * @returns {HTMLElement}
 */
export function contentOf(blocks, media) {
  return make("div.content", {}, ...blocks.map((block) => blockOf(block, media)));
}

function blockOf(block, media) {
  if (block.clip) return clipOf(block, media);
  if (block.type === "images") return imagesOf(block.images, media);
  if (block.type === "heading") return make("h1", { tabIndex: -1 }, ...emphasised(block.text));
  return make(block.type === "note" ? "div.note" : "div.text", {}, ...paragraphs(block.text));
}

function imagesOf(images, media) {
  const pictures = images.map(({ src, alt }) => make("img", { src: media + src, alt }));
  return make("div.pictures", { "data-count": Math.min(images.length, 9) }, ...pictures);
}

function paragraphs(text) {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim())
    .map((part) => make("p", {}, ...emphasised(part.trim())));
}

/** A text as nodes, with its `**bold**` parts emphasised. */
export function emphasised(text) {
  return text
    .split(/\*\*(\S|\S.*?\S)\*\*/s)
    .map((part, place) => (place % 2 ? make("strong", {}, part) : part))
    .filter((part) => part !== "");
}
