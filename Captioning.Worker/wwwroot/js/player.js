import { blob } from "./api.js";
import { save } from "./export.js";
import { stem } from "./format.js";
import { settings } from "./settings.js";

const player = document.getElementById("player");
const audio = document.getElementById("audio");
const listen = document.getElementById("listen");
const label = document.getElementById("listen-label");
const icon = document.getElementById("listen-icon");
const note = document.getElementById("speech-note");

/** @type {import("./photos.js").Photo | null} */
let photo = null;
/** What is loaded: the caption's speech with this voice at this speed. */
let loaded = { path: null, speech: null };

listen.addEventListener("click", () => audio.paused ? play() : audio.pause());
document.getElementById("download").addEventListener("click", async () => {
  const speech = await load();
  if (speech) {
    save(`${stem(photo.name)}.wav`, speech);
  }
});

audio.addEventListener("play", () => showButton("Pause", "pause"));
audio.addEventListener("pause", () => showButton(audio.ended ? "Replay" : "Listen", "play"));

/**
 * Makes a photo's caption the one to be spoken.
 * @param {import("./photos.js").Photo | null} shown
 * @param {boolean} speech Whether the service speaks.
 */
export function showPlayer(shown, speech) {
  player.hidden = !speech;
  if (shown === photo) {
    return;
  }

  photo = shown;
  audio.pause();
  release();
  say(null);
  showButton("Listen", "play");
}

/** Speaks the caption without having been asked, unless the browser forbids that. */
export function speakUnasked() {
  return play(true);
}

async function play(unasked = false) {
  const speech = await load();
  if (!speech) {
    return;
  }

  try {
    await audio.play();
    say(null);
  } catch (error) {
    if (error.name === "NotAllowedError" && unasked) {
      listen.classList.add("wanted");
      say("Your browser speaks only when asked to. Press Listen.");
    } else if (error.name !== "AbortError") {
      say("Your browser cannot play this.");
    }
  }
}

/** @returns {Promise<Blob | null>} The speech; null where there is none, or where another photo is shown by then. */
async function load() {
  const query = new URLSearchParams({ speed: settings.speed, ...settings.voice && { voice: settings.voice } });
  const path = `${photo.result.links.audio}?${query}`;
  if (loaded.path === path) {
    return loaded.speech;
  }

  const wanted = photo;
  listen.setAttribute("aria-busy", "true");
  try {
    const speech = await blob(path);
    if (wanted !== photo) {
      return null;
    }

    release();
    loaded = { path, speech };
    audio.src = URL.createObjectURL(speech);
    return speech;
  } catch (problem) {
    if (wanted === photo) {
      say(problem.message);
    }

    return null;
  } finally {
    listen.removeAttribute("aria-busy");
  }
}

function release() {
  URL.revokeObjectURL(audio.src);
  audio.removeAttribute("src");
  loaded = { path: null, speech: null };
}

function showButton(text, symbol) {
  listen.classList.remove("wanted");
  label.textContent = text;
  icon.setAttribute("href", `#i-${symbol}`);
}

function say(text) {
  note.hidden = text === null;
  note.textContent = text ?? "";
}
