import { ApiProblem, caption } from "./api.js";
import { bytes } from "./format.js";
import { photos } from "./photos.js";
import { service } from "./status.js";

/** Enough for the service to form batches, and two of a browser's six connections left for speech and status. */
const concurrency = 4;

/** @type {import("./photos.js").Photo[]} */
let waiting = [];
let working = 0;
let pausedUntil = 0;
let hangUp = new AbortController();

photos.addEventListener("added", ({ detail: photo }) => {
  waiting.push(photo);
  // Photos given together are all on the page before the first one is sent.
  queueMicrotask(next);
});
photos.addEventListener("cleared", () => {
  waiting = [];
  hangUp.abort();
  hangUp = new AbortController();
});

/** Has a photo that failed captioned again, in its turn. */
export function tryAgain(photo) {
  photos.change(photo, { state: "queued", problem: undefined });
  waiting.push(photo);
  next();
}

function next() {
  const pause = pausedUntil - performance.now();
  if (pause > 0) {
    return;
  }

  while (working < concurrency && waiting.length > 0) {
    work(waiting.shift());
  }
}

async function work(photo) {
  working++;
  const { signal } = hangUp;
  photos.change(photo, { state: "working" });
  try {
    refuseTooLarge(photo);
    const result = await caption(photo, signal);
    photos.change(photo, { state: "done", result });
  } catch (problem) {
    if (!signal.aborted) {
      putOff(photo, problem);
    }
  } finally {
    working--;
    next();
  }
}

/** Has a photo wait as long as the service says, or fail. */
function putOff(photo, { title, message, retryable, retryAfter }) {
  if (retryAfter === null) {
    photos.change(photo, { state: "failed", problem: { title, detail: message, retryable } });
  } else {
    waiting.unshift(photo);
    photos.change(photo, { state: "queued" });
    pause(retryAfter);
  }
}

function pause(seconds) {
  const until = performance.now() + seconds * 1000;
  if (until > pausedUntil) {
    pausedUntil = until;
    setTimeout(next, seconds * 1000 + 10);
  }
}

/** Spares the person an upload that the service would cut off. */
function refuseTooLarge({ file, name }) {
  const most = service.status?.limits.maxUploadBytes;
  if (file?.size > most) {
    throw new ApiProblem({ title: "This is too large", detail: `'${name}' has ${bytes(file.size)}, and the service takes ${bytes(most)}.` });
  }
}
