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
    await refuse(photo);
    const result = await caption(photo, signal);
    photos.change(photo, { state: "done", result });
  } catch (problem) {
    if (problem.retryAfter !== null) {
      waiting.unshift(photo);
      photos.change(photo, { state: "queued" });
      pause(problem.retryAfter);
    } else if (!signal.aborted) {
      photos.change(photo, { state: "failed", problem: { title: problem.title, detail: problem.message, retryable: problem.retryable } });
    }
  } finally {
    working--;
    next();
  }
}

function pause(seconds) {
  const until = performance.now() + seconds * 1000;
  if (until > pausedUntil) {
    pausedUntil = until;
    setTimeout(next, seconds * 1000 + 10);
  }
}

/** Spares the person an upload that cannot succeed. */
async function refuse({ file, name }) {
  const most = service.status?.limits.maxUploadBytes;
  if (file?.size > most) {
    throw new ApiProblem({ title: "This is too large", detail: `'${name}' has ${bytes(file.size)}, and the service takes ${bytes(most)}.` });
  }

  // A folder is a file until it is read.
  await file?.slice(0, 1).arrayBuffer().catch(() => {
    throw new ApiProblem({ title: "The file cannot be read", detail: `'${name}' is a folder, or was changed after it was chosen.` });
  });
}
