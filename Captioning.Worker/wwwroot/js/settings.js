import { voices } from "./api.js";

const storageKey = "captioning.settings";
const button = document.getElementById("settings-button");
const voice = document.getElementById("voice");
const speed = document.getElementById("speed");
const speedShown = document.getElementById("speed-shown");
const speak = document.getElementById("speak");

/** How captions are spoken; remembered by the browser. Voice null: the service's own choice. */
export const settings = { voice: null, speed: 1, speak: true, ...JSON.parse(localStorage.getItem(storageKey) ?? "{}") };

speed.value = settings.speed;
speak.checked = settings.speak;
showSpeed();

document.getElementById("settings").addEventListener("input", () => {
  Object.assign(settings, { voice: voice.value || null, speed: speed.valueAsNumber, speak: speak.checked });
  showSpeed();
  localStorage.setItem(storageKey, JSON.stringify(settings));
});

function showSpeed() {
  speedShown.textContent = `${speed.valueAsNumber}×`;
}

/** Offers the service's voices. */
export async function offerVoices() {
  const offered = await voices();
  voice.replaceChildren(...offered.voices.map(({ id, name, language }) => {
    const option = document.createElement("option");
    option.value = id;
    option.textContent = name && language ? `${name} (${language})` : id;
    return option;
  }));
  // A remembered voice may have been taken off the service since.
  const known = offered.voices.some(({ id }) => id === settings.voice);
  settings.voice = known ? settings.voice : null;
  voice.value = settings.voice ?? offered.default ?? "";
  button.hidden = offered.voices.length === 0;
}
