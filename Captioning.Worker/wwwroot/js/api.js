import { apiKey, askForKey } from "./key.js";

/** What the service, or the way to it, has against a request. */
export class ApiProblem extends Error {
  /**
   * @param {{status?: number, title?: string, detail?: string, reason?: string, retryable?: boolean}} problem RFC 9457 problem details.
   * @param {number | null} retryAfter Seconds after which the service wants to be asked again.
   */
  constructor(problem, retryAfter = null) {
    super(problem.detail ?? problem.title);
    this.status = problem.status ?? 0;
    this.title = problem.title ?? "It did not work";
    this.reason = problem.reason ?? null;
    this.retryable = problem.retryable ?? false;
    this.retryAfter = retryAfter;
  }
}

const unreachable = { title: "The service cannot be reached", detail: "Is it still running? Try again when it is.", retryable: true };

/**
 * Sends a request with the API key where there is one, and asks for a key where one is missing.
 * @param {string} path
 * @param {RequestInit & {mayAsk?: boolean}} init `mayAsk` false: do not ask for a key.
 * @returns {Promise<Response>} A response of success.
 * @throws {ApiProblem}
 */
async function send(path, { mayAsk = true, ...init }) {
  for (;;) {
    const key = apiKey();
    const headers = new Headers(init.headers);
    if (key !== null) {
      headers.set("Authorization", `Bearer ${key}`);
    }

    let response;
    try {
      response = await fetch(path, { ...init, headers });
    } catch (error) {
      throw error.name === "AbortError" ? error : new ApiProblem(unreachable);
    }

    if (response.ok) {
      return response;
    }

    if (response.status !== 401 || !mayAsk || !await askForKey(key)) {
      throw await problemOf(response);
    }
  }
}

async function problemOf(response) {
  const told = response.headers.get("Content-Type")?.includes("json") ? await response.json().catch(() => ({})) : {};
  const seconds = Number.parseFloat(response.headers.get("Retry-After"));
  const later = Number.isFinite(seconds) ? seconds : response.status === 429 ? 1 : null;
  return new ApiProblem({ title: `The service answered ${response.status}`, ...told, status: response.status }, later);
}

/** Sends a request and reads the answer, as JSON where `read` does not say otherwise. */
async function ask(path, init, read = response => response.json()) {
  const response = await send(path, init);
  try {
    return await read(response);
  } catch (error) {
    throw error.name === "AbortError" ? error : new ApiProblem(unreachable);
  }
}

const json = body => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/**
 * Captions one photo.
 * @param {{file?: Blob, name: string, address?: string}} photo
 * @param {AbortSignal} signal
 */
export async function caption({ file, name, address }, signal) {
  const options = { candidates: 3, attention: true };
  let request = json({ image: address, ...options });
  if (file) {
    const body = new FormData();
    body.append("image", file, name);
    Object.entries(options).forEach(([option, value]) => body.append(option, value));
    request = { method: "POST", body };
  }

  try {
    return await ask("/v1/captions", { ...request, signal });
  } catch (problem) {
    // To the browser, a folder is a file until it is read; a request whose body it cannot read is like one that does not arrive.
    const readable = problem.status !== 0 || !file || await file.slice(0, 1).arrayBuffer().then(() => true, () => false);
    throw readable ? problem : new ApiProblem({ title: "The file cannot be read", detail: `'${name}' is a folder, or was changed after it was chosen.` });
  }
}

/** @returns {Promise<Blob>} */
export const blob = path => ask(path, {}, response => response.blob());

/** @param {boolean} askForKey Whether to ask the person for a key where one is missing. */
export const status = askForKey => ask("/v1/status", { mayAsk: askForKey });

export const samples = async () => (await ask("/v1/samples", {})).samples;

/** @returns {Promise<{voices: {id: string, name?: string, language?: string}[], default: string | null}>} */
export const voices = () => ask("/v1/voices", {});

/** @param {{requestId: string, caption: string, verdict: "Right" | "Wrong"}} feedback */
export const sendFeedback = feedback => ask("/v1/feedback", json(feedback));
