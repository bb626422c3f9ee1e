/**
 * Films and sounds: loaded before the session, and played once, from beginning to end, without controls.
 *
 * Browsers refuse sound that the participant has not asked for. The click that led to the screen counts as asking;
 * after a reload there is none, and a button starts the clip.
 */

import { make } from "./element.js";

/** Address of a clip -> address of its content, which is in the browser's memory. */
const loaded = new Map();
/** Element -> the clip in it. */
const clips = new WeakMap();

/** The addresses of all films and sounds of a session, each once, in the order of the screens. */
export function clipsIn(screens) {
  const blocks = screens.flatMap((screen) => screen.content).filter((block) => block.clip);
  return [...new Set(blocks.map((block) => block.clip.src))];
}

/**
 * Load a film or sound as a whole, and make sure that this browser can play it.
 *
 * @param {string} address
 * @param {(share: number) => void} progress called with the share that is loaded
 * @throws {Error} if it is missing or cannot be played; the message is for the researchers
 */
export async function loadClip(address, progress) {
  if (loaded.has(address)) return;
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
  const length = Number(reply.headers.get("content-length"));
  const type = reply.headers.get("content-type") ?? "";
  const parts = [];
  let size = 0;
  for (const reader = reply.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
    if (length) progress(Math.min(1, size / length));
  }
  const content = URL.createObjectURL(new Blob(parts, { type }));
  const probe = make("video", { preload: "metadata", muted: true });
  const playable = new Promise((resolve, reject) => {
    probe.onloadedmetadata = () => resolve();
    probe.onerror = () => reject(new Error(`${address}: ${probe.error?.message || "cannot be played"}`));
  });
  probe.src = content;
  await playable;
  probe.removeAttribute("src");
  loaded.set(address, content);
}

/** The clip within an element; null if there is none. */
export function clipIn(element) {
  return clips.get(element.querySelector("video, audio")) ?? null;
}

/**
 * The element of a film or sound, with its captions below it.
 *
 * @param {object} block
 * @param {string} media address of the folder with the clips
 */
export function clipOf(block, media) {
  const clip = new Clip(block, media);
  clips.set(clip.player, clip);
  return clip.element;
}

class Clip {
  constructor({ type, clip }, media) {
    const { src, alt, seconds, captions, ends } = clip;
    Object.assign(this, { address: media + src, seconds, ends, isPlaying: false });
    const keep = (event) => event.preventDefault();
    this.player = make(type, { preload: "auto", controls: false, oncontextmenu: keep, "aria-label": alt });
    if (type === "video") Object.assign(this.player, { playsInline: true, disablePictureInPicture: true });
    if (clip.width) {
      this.player.style.aspectRatio = `${clip.width} / ${clip.height}`;
      this.player.style.setProperty("--ratio", clip.width / clip.height);
    }
    this.caption = captions.length ? make("p.caption", { dir: "auto" }) : null;
    this.bar = type === "audio" ? make("div.heard", { "aria-hidden": "true" }, make("span")) : null;
    this.element = make(`div.clip.${type}`, {}, this.player, this.bar, this.caption);
    if (this.caption) this.listenForCaptions(captions);
    /** What is called when the clip cannot be played. */
    this.onFailure = () => {};
    this.ended = new Promise((resolve) => {
      this.player.addEventListener("ended", resolve);
    });
    this.player.addEventListener("ended", () => this.stop());
    this.player.addEventListener("timeupdate", () => this.showProgress());
    this.player.addEventListener("error", () => this.fail(this.player.error?.message || "cannot be decoded"));
    // Keys of a keyboard, and phones that were put aside, stop a clip; it goes on.
    this.player.addEventListener("pause", () => this.isPlaying && !this.player.ended && this.resume());
    this.visible = () => document.visibilityState === "visible" && this.resume();
  }

  listenForCaptions(captions) {
    const track = this.player.addTextTrack("metadata");
    track.mode = "hidden";
    for (const { start, end, text } of captions) track.addCue(new VTTCue(start, end, text));
    track.addEventListener("cuechange", () => {
      this.caption.textContent = [...track.activeCues].map((cue) => cue.text).join("\n");
    });
  }

  /** Wait until the first frame can be shown; false if the clip cannot be played. */
  async isReady() {
    const { player } = this;
    const state = new Promise((resolve) => {
      player.addEventListener("loadeddata", () => resolve(true));
      player.addEventListener("error", () => resolve(false));
    });
    player.src = loaded.get(this.address) ?? this.address;
    return state;
  }

  /**
   * Begin the clip.
   *
   * @param {string} label of the button that starts it where the browser wants one
   * @returns {Promise<boolean>} false if it cannot be played
   */
  async begin(label) {
    document.addEventListener("visibilitychange", this.visible);
    this.isPlaying = true;
    try {
      await this.player.play();
    } catch (reason) {
      if (reason.name !== "NotAllowedError") return this.fail(reason.message);
      await this.asked(label);
      return this.begin(label);
    }
    return this.isPlaying;
  }

  /** Wait for a click on a button, with which the browser allows the clip. */
  asked(label) {
    this.wasAsked = true;
    return new Promise((resolve) => {
      const button = make("button.proceed.begin", { type: "button" }, label);
      button.addEventListener("click", () => {
        button.remove();
        resolve();
      });
      this.element.append(button);
      button.focus({ preventScroll: true });
    });
  }

  /** Show how much of a sound has been heard. */
  showProgress() {
    if (this.bar) this.bar.firstChild.style.width = `${(100 * this.player.currentTime) / this.seconds}%`;
  }

  resume() {
    if (this.isPlaying && !this.isHeld) this.player.play().catch(() => {}); // It is tried again when the page is visible.
  }

  /** Stop for the time of a dialog. */
  hold(isHeld) {
    this.isHeld = isHeld;
    if (isHeld) this.player.pause();
    else this.resume();
  }

  fail(reason) {
    if (!this.hasFailed) {
      this.hasFailed = true;
      this.stop();
      this.onFailure(reason);
    }
    return false;
  }

  stop() {
    this.isPlaying = false;
    document.removeEventListener("visibilitychange", this.visible);
    this.player.pause();
  }
}
