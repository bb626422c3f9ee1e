/**
 * One window at a time: the window that opened the study last continues; the one before stops with a notice.
 *
 * The holder's name is in the browser's storage, which informs every other window of a change at once,
 * and is read again before each answer is taken, so that no answer is recorded in two windows.
 */

export class Holder {
  /**
   * @param {import("./store.js").Store} store of this session
   * @param {() => void} lost called when another window takes over
   */
  constructor(store, lost) {
    this.store = store;
    this.name = crypto.getRandomValues(new Uint32Array(2)).join("-");
    /** A full storage informs no other window; this one goes on. */
    this.isKnown = this.store.set("holder", this.name);
    this.lost = lost;
    this.watch = () => this.holds();
    window.addEventListener("storage", this.watch);
    // A page that comes back from the browser's back-forward cache has heard nothing meanwhile.
    window.addEventListener("pageshow", this.watch);
  }

  /** Whether this window still has the study; reports the loss once. */
  holds() {
    if (!this.isKnown || this.store.get("holder") === this.name) return true;
    window.removeEventListener("storage", this.watch);
    window.removeEventListener("pageshow", this.watch);
    this.lost?.();
    this.lost = null;
    return false;
  }
}
