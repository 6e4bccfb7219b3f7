/** @typedef {import("./photos.js").Photo} Photo */

const columns = {
  name: photo => photo.name,
  caption: photo => photo.result.caption,
  score: photo => photo.result.score,
  model: photo => photo.result.model.id,
  version: photo => photo.result.model.version,
  width: photo => photo.result.image.width,
  height: photo => photo.result.image.height,
  sha256: photo => photo.result.image.sha256,
  corrected: photo => photo.corrected ?? "",
  given: photo => photo.given,
};

/**
 * Photos as comma-separated values (RFC 4180), with the byte order mark by which spreadsheets know UTF-8.
 * @param {Photo[]} photos Photos with captions.
 */
export function toCsv(photos) {
  const lines = [Object.keys(columns), ...photos.map(photo => Object.values(columns).map(value => value(photo)))];
  return `\ufeff${lines.map(line => `${line.map(cell).join(",")}\r\n`).join("")}`;
}

function cell(value) {
  // A spreadsheet would run a file's name that looks like a formula.
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
}

/**
 * Photos as one JSON object a line: the service's whole answer, but for the attention.
 * @param {Photo[]} photos Photos with captions.
 */
export function toJsonLines(photos) {
  return photos.map(({ name, given, corrected, result }) => {
    const { index, links, attention, words, ...rest } = result;
    const plain = words.map(({ text, logProbability }) => ({ text, logProbability }));
    return `${JSON.stringify({ ...rest, name, words: plain, given, corrected })}\n`;
  }).join("");
}

/** Gives the person a file. */
export function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken the file by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
