import { blob } from "./api.js";
import { announce } from "./announce.js";
import { drawAttention, whereLooked } from "./attention.js";
import { copy } from "./clipboard.js";
import { showFacts } from "./facts.js";
import { showFeedback } from "./feedback.js";
import { bytes, percent, score, seconds } from "./format.js";
import { painted } from "./painted.js";
import { photos } from "./photos.js";
import { showPlayer, speakUnasked } from "./player.js";
import { tryAgain } from "./queue.js";
import { settings } from "./settings.js";
import { service } from "./status.js";
import { align, showWords } from "./words.js";

const element = id => document.getElementById(id);
const stage = element("stage");
const frame = element("photo");
const image = element("photo-image");
const missing = element("photo-missing");
const overlay = element("overlay");
const state = element("state");
const answer = element("answer");
const failure = element("failure");
const looking = element("looking");
const candidateTemplate = element("candidate-template");

const hint = "Point at a word, or tap it, to see where the model looked.";

/** The photo whose caption is on the stage: words and candidates are shown once, not at every change. */
let told = null;

/** How often a photo was to be drawn: what is drawn late for an earlier time does not count. */
let drawings = 0;

photos.addEventListener("selected", ({ detail: photo }) => {
  stage.hidden = false;
  told = null;
  showPhoto(photo);
  show(photo);
});
photos.addEventListener("changed", ({ detail: photo }) => photo === photos.selected && show(photo));
photos.addEventListener("cleared", () => {
  stage.hidden = true;
  showPlayer(null, false);
});
photos.addEventListener("finished", async ({ detail: photo }) => {
  if (photo !== photos.selected || photo.state !== "done") {
    return;
  }

  if (!missing.hidden) {
    // The service may be able to show what the browser is not.
    showPhoto(photo);
  }

  await painted();
  if (photo === photos.selected && photo.alone && settings.speak && service.status?.speech) {
    speakUnasked();
  }
});
service.addEventListener("changed", () => photos.selected && show(photos.selected));

element("retry").addEventListener("click", () => tryAgain(photos.selected));
element("copy").addEventListener("click", async () => {
  const copied = await copy(photos.selected.result.caption);
  element("copy-label").textContent = copied ? "Copied" : "Not allowed";
  element("copy-icon").setAttribute("href", copied ? "#i-check" : "#i-copy");
  announce(copied ? "Caption copied" : "The browser did not let the caption be copied");
});

/** Shows the photo itself, from the first place that has it in a form that the browser can draw. */
async function showPhoto(photo) {
  overlay.hidden = true;
  image.hidden = true;
  missing.hidden = true;
  const drawing = ++drawings;
  const sources = [() => photo.file, () => photo.picture, () => photo.result && blob(photo.result.links.image), () => photo.thumbnail];
  for (const source of sources) {
    const found = await Promise.resolve(source()).catch(() => null);
    const drawn = found && drawing === drawings && await draw(found);
    if (drawing !== drawings) {
      return;
    }

    if (drawn) {
      frame.style.setProperty("--ratio", image.naturalWidth / image.naturalHeight);
      image.hidden = false;
      return;
    }
  }

  missing.hidden = false;
}

/**
 * Puts a picture into the image.
 * @param {Blob | string} picture Its bytes or its address.
 * @returns {Promise<boolean>} Whether the browser could decode it.
 */
function draw(picture) {
  URL.revokeObjectURL(image.src);
  image.src = picture instanceof Blob ? URL.createObjectURL(picture) : picture;
  return image.decode().then(() => true, () => false);
}

function show(photo) {
  const { result, problem } = photo;
  showPlayer(photo, service.status?.speech ?? false);
  element("photo-name").textContent = photo.name;
  image.alt = result?.caption ?? "";
  stage.dataset.state = photo.state;
  state.hidden = !["queued", "working"].includes(photo.state);
  state.textContent = photo.state === "working" ? "Looking at it…" : service.status?.problem ?? "Waiting for its turn…";
  failure.hidden = photo.state !== "failed";
  answer.hidden = photo.state !== "done";
  if (photo.state === "failed") {
    element("failure-reason").textContent = problem.title;
    element("failure-detail").textContent = problem.detail;
    element("retry").hidden = !problem.retryable;
  } else if (photo.state === "done") {
    showFeedback(photo, service.status?.feedback ?? false);
    if (told !== photo) {
      told = photo;
      tell(photo);
    }
  }
}

function tell(photo) {
  const { result } = photo;
  element("caption-text").textContent = result.caption;
  showWords(element("caption"), align(result.caption, result.words), word => look(word, result));
  look(null, result);
  element("copy-label").textContent = "Copy";
  element("copy-icon").setAttribute("href", "#i-copy");
  element("others").open = false;
  element("others").hidden = result.candidates.length < 2;
  element("candidates").replaceChildren(...result.candidates.map(candidate => {
    const item = candidateTemplate.content.cloneNode(true);
    item.querySelector(".candidate-text").textContent = candidate.text;
    item.querySelector(".candidate-score").textContent = score(candidate.score);
    return item;
  }));
  const { queued, decode, inference, fetch } = result.timings;
  showFacts(element("facts"), [
    ["Time", inference > 0 ? `${seconds((fetch ?? 0) + queued + decode + inference)}, of which ${seconds(inference)} for the model` : "none, the caption was known"],
    ["Model", `${result.model.id} ${result.model.version}`],
    ["Photo", `${result.image.width} × ${result.image.height} ${result.image.format.toUpperCase()}, ${bytes(result.image.bytes)}`],
  ]);
}

/** Shows where the model looked for a word; null: nowhere. */
function look(word, { attention }) {
  overlay.hidden = !word?.attention;
  looking.textContent = attention ? hint : "";
  if (word?.attention) {
    drawAttention(overlay, word.attention, attention);
    looking.textContent = `“${word.text}”: ${percent(Math.exp(word.logProbability))} sure, looking at the ${whereLooked(word.attention, attention)}`;
  }
}

