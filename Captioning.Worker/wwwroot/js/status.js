import { status as ask } from "./api.js";
import { showFacts } from "./facts.js";

const light = document.getElementById("status-light");
const text = document.getElementById("status-text");
const facts = document.getElementById("status-facts");

const calm = 5000;
const busy = 1000;

/** What the service last said of itself. Tells `changed` each time it says so again. */
class Service extends EventTarget {
  #timer = 0;

  /** @type {object | null} Null until the first answer. */
  status = null;

  /**
   * Asks now, and from then on again and again while the page is seen.
   * @param {boolean} askForKey Whether this time the person may be asked for a key.
   */
  async watch(askForKey = false) {
    clearTimeout(this.#timer);
    try {
      this.status = await ask(askForKey);
      show(this.status);
      this.dispatchEvent(new Event("changed"));
    } catch (problem) {
      showLight("down", problem.title);
    }

    if (!document.hidden) {
      this.#timer = setTimeout(() => this.watch(), this.status === null || depth(this.status) > 0 ? busy : calm);
    }
  }
}

export const service = new Service();

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    service.watch();
  }
});

const depth = status => status.queue.interactive + status.queue.bulk;

function show(status) {
  showLight(status.ready ? "ready" : "problem", status.ready ? "Ready" : status.problem ?? "Not ready");
  showFacts(facts, [
    ["Model", status.model ? `${status.model.id} ${status.model.version}` : "none"],
    ["Device", status.device ?? "none"],
    ["Queue", depth(status)],
    ["Images/s", status.imagesPerSecond.toFixed(1)],
  ]);
}

function showLight(state, words) {
  light.dataset.state = state;
  text.textContent = words;
}
