import { forgetAll, remember, remembered } from "./store.js";

/**
 * @typedef {object} Photo
 * @property {number} id
 * @property {string} name The file's name, or the address.
 * @property {Blob} [file] The bytes; absent for an address, and after the page was loaded again.
 * @property {string} [address] Where the service reads the photo from.
 * @property {string} [picture] Where the browser may read it from too.
 * @property {boolean} alone Whether it was given by itself.
 * @property {"queued" | "working" | "done" | "failed"} state
 * @property {string} given When it was given, in ISO 8601.
 * @property {string} [thumbnail] The address of a small JPEG, mostly a data URL.
 * @property {object} [result] The service's answer.
 * @property {{title: string, detail: string, retryable: boolean}} [problem] Why there is none.
 * @property {string} [corrected] The caption that the person sent.
 */

/**
 * The photos of this browser session. Tells `added`, `changed`, `finished` and `selected` with the photo, and `cleared`.
 */
class Photos extends EventTarget {
  /** @type {Map<number, Photo>} */
  #photos = new Map(remembered().map(photo => [photo.id, photo]));
  #last = Math.max(0, ...this.#photos.keys());
  #selected = null;

  /** @returns {Photo[]} In the order they were given. */
  get all() {
    return [...this.#photos.values()];
  }

  /** @returns {Photo | null} The one on the stage. */
  get selected() {
    return this.#selected;
  }

  /** @param {{name: string, file?: Blob, address?: string, thumbnail?: string, picture?: string}[]} given What the person gave at once. */
  add(given) {
    const added = given.map(photo => ({ ...photo, id: ++this.#last, alone: given.length === 1, state: "queued", given: new Date().toISOString() }));
    added.forEach(photo => {
      this.#photos.set(photo.id, photo);
      this.#tell("added", photo);
    });
    this.select(added[0]);
    return added;
  }

  /** @param {Photo} photo */
  change(photo, changes) {
    if (!this.#photos.has(photo.id)) {
      return;
    }

    Object.assign(photo, changes);
    if (photo.state === "done") {
      remember(photo);
    }

    this.#tell("changed", photo);
    if (changes.state === "done" || changes.state === "failed") {
      this.#tell("finished", photo);
    }
  }

  /** @param {Photo} photo */
  select(photo) {
    this.#selected = photo;
    this.#tell("selected", photo);
  }

  clear() {
    this.#photos.clear();
    this.#selected = null;
    forgetAll();
    this.#tell("cleared", null);
  }

  #tell(type, photo) {
    this.dispatchEvent(new CustomEvent(type, { detail: photo }));
  }
}

export const photos = new Photos();
