import { sendFeedback } from "./api.js";
import { photos } from "./photos.js";

const section = document.getElementById("feedback");
const form = document.getElementById("feedback-form");
const choice = document.getElementById("feedback-choice");
const choices = document.getElementById("feedback-candidates");
const text = document.getElementById("feedback-text");
const problem = document.getElementById("feedback-problem");
const thanks = document.getElementById("feedback-thanks");
const send = form.querySelector("[type=submit]");
const template = document.getElementById("choice-template");

/** @type {import("./photos.js").Photo | null} */
let photo = null;

/**
 * Offers to correct a photo's caption.
 * @param {import("./photos.js").Photo} shown A photo with a caption.
 * @param {boolean} wanted Whether the service takes feedback.
 */
export function showFeedback(shown, wanted) {
  section.hidden = !wanted || shown.corrected !== undefined;
  thanks.hidden = shown.corrected === undefined;
  thanks.textContent = shown.corrected === undefined ? "" : `Thank you. Your caption was received: “${shown.corrected}”`;
  if (shown === photo) {
    return;
  }

  photo = shown;
  section.open = false;
  form.reset();
  say(null);
  const others = photo.result.candidates.slice(1);
  choice.hidden = others.length === 0;
  choices.replaceChildren(...others.map(candidate => {
    const element = template.content.cloneNode(true);
    element.querySelector("span").textContent = candidate.text;
    element.querySelector("input").addEventListener("change", () => { text.value = candidate.text; });
    return element;
  }));
}

text.addEventListener("input", () => choices.querySelectorAll("input").forEach(input => { input.checked = false; }));

form.addEventListener("submit", async event => {
  event.preventDefault();
  const corrected = text.value.trim();
  if (corrected === "") {
    say("Pick a sentence, or write one.");
    text.focus();
    return;
  }

  const judged = photo;
  send.disabled = true;
  try {
    await sendFeedback({ requestId: judged.result.requestId, caption: corrected, verdict: "Wrong" });
    photos.change(judged, { corrected });
    thanks.focus();
  } catch (error) {
    say(error.message);
  } finally {
    send.disabled = false;
  }
});

function say(words) {
  problem.hidden = words === null;
  problem.textContent = words ?? "";
}
