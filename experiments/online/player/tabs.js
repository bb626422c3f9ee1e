/**
 * One window at a time: the window that opened the study last continues; any earlier one stops with a notice.
 *
 * The name of the window in use is in the browser's storage, which notifies all other windows of a change at once.
 * It is read again before each answer is recorded, so that no answer is recorded in two windows.
 */

export class Holder {
  /**
   * @param {import("./store.js").Store} store of this session
   * @param {() => void} lost called when another window takes over
   */
  constructor(store, lost) {
    this.store = store;
    this.name = crypto.getRandomValues(new Uint32Array(2)).join("-");
    /** False if the storage is full: other windows are then not notified, and this one continues. */
    this.isKnown = this.store.set("holder", this.name);
    this.lost = lost;
    this.watch = () => this.holds();
    window.addEventListener("storage", this.watch);
    // A page restored from the back/forward cache has missed all changes made in the meantime.
    window.addEventListener("pageshow", this.watch);
  }

  /** Whether this window still has the study; calls `lost` the first time that it does not. */
  holds() {
    if (!this.isKnown || this.store.get("holder") === this.name) return true;
    window.removeEventListener("storage", this.watch);
    window.removeEventListener("pageshow", this.watch);
    this.lost?.();
    this.lost = null;
    return false;
  }
}
