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
 * @param {RequestInit & {ask?: boolean}} init `ask` false: do not ask for a key.
 * @returns {Promise<Response>} A response of success.
 * @throws {ApiProblem}
 */
async function send(path, { ask = true, ...init } = {}) {
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

    if (response.status !== 401 || !ask || !await askForKey(key)) {
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

  return (await send("/v1/captions", { ...request, signal })).json();
}

/** @returns {Promise<Blob>} */
export async function blob(path, signal) {
  return (await send(path, { signal })).blob();
}

/** @param {boolean} ask Whether to ask the person for a key where one is missing. */
export async function status(ask) {
  return (await send("/v1/status", { ask })).json();
}

export async function samples() {
  return (await (await send("/v1/samples")).json()).samples;
}

/** @returns {Promise<{voices: {id: string, name?: string, language?: string}[], default: string | null}>} */
export async function voices() {
  return (await send("/v1/voices")).json();
}

/** @param {{requestId: string, caption: string, verdict: "Right" | "Wrong"}} feedback */
export async function sendFeedback(feedback) {
  return (await send("/v1/feedback", json(feedback))).json();
}
