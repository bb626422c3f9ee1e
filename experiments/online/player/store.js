/**
 * The data of a session that this browser keeps until the server has them: rows, drafts, the bearer token.
 *
 * Every answered screen is one entry, saved before the next screen is shown, so that a closed tab or a
 * dead battery loses at most the current answer.
 */

/** Storage in memory, used if the browser stores nothing (private windows, blocked storage). */
export class MemoryStorage {
  constructor() {
    this.entries = new Map();
  }

  getItem(key) {
    return this.entries.get(key) ?? null;
  }

  setItem(key, value) {
    this.entries.set(key, String(value));
  }

  removeItem(key) {
    this.entries.delete(key);
  }

  key(place) {
    return [...this.entries.keys()][place] ?? null;
  }

  get length() {
    return this.entries.size;
  }
}

/**
 * Return the browser's storage, or one in memory if writing to it fails.
 *
 * @returns {{storage: Storage|MemoryStorage, lasting: boolean}}
 */
export function openStorage() {
  const probe = "compassion:probe";
  try {
    window.localStorage.setItem(probe, "1");
    window.localStorage.removeItem(probe);
    return { storage: window.localStorage, lasting: true };
  } catch {
    // Browsers throw here when storage is blocked or full; the caller reports it to the server.
    return { storage: new MemoryStorage(), lasting: false };
  }
}

/** A part of the storage: all its keys begin with `prefix`. */
export class Store {
  constructor(storage, prefix) {
    this.storage = storage;
    this.prefix = prefix;
  }

  get(name) {
    const text = this.storage.getItem(`${this.prefix}:${name}`);
    return text === null ? null : JSON.parse(text);
  }

  /**
   * Store a value.
   *
   * @returns {boolean} false if the storage is full; an existing value of this name is kept
   */
  set(name, value) {
    try {
      this.storage.setItem(`${this.prefix}:${name}`, JSON.stringify(value));
      return true;
    } catch (fault) {
      if (fault.name !== "QuotaExceededError") throw fault;
      return false;
    }
  }

  remove(name) {
    this.storage.removeItem(`${this.prefix}:${name}`);
  }

  /** A store for the entries of this one whose names begin with `name`. */
  part(name) {
    return new Store(this.storage, `${this.prefix}:${name}`);
  }

  /** The values of all entries whose names begin with `beginning`, in the order of the names. */
  all(beginning) {
    const start = `${this.prefix}:${beginning}`;
    const keys = Array.from({ length: this.storage.length }, (_, place) => this.storage.key(place));
    return keys
      .filter((key) => key.startsWith(start))
      .sort()
      .map((key) => JSON.parse(this.storage.getItem(key)));
  }
}
