import { announce } from "./announce.js";
import { blob } from "./api.js";
import { save, toCsv, toJsonLines } from "./export.js";
import { count } from "./format.js";
import { photos } from "./photos.js";
import { thumbnail } from "./thumbnail.js";

const element = id => document.getElementById(id);
const section = element("session");
const cards = element("cards");
const search = element("search");
const template = element("card-template");

/** The card of each photo, by its id. */
const cardOf = new Map();
const states = { queued: "Queued", working: "Working…", done: "", failed: "Failed" };

photos.addEventListener("added", ({ detail: photo }) => {
  addCard(photo);
  cardOf.get(photo.id).pictured = photo.thumbnail !== undefined || picture(photo, photo.file);
  showCount();
});
photos.addEventListener("changed", ({ detail: photo }) => {
  showCard(photo);
  showCount();
});
photos.addEventListener("finished", async ({ detail: photo }) => {
  // The service can show what the browser cannot: photos of other places, and of formats that it does not know.
  if (photo.state === "done" && !await cardOf.get(photo.id).pictured) {
    pictureByService(photo);
  }
});
photos.addEventListener("selected", ({ detail: photo }) => {
  cardOf.forEach(({ button }, id) => button.setAttribute("aria-current", id === photo.id));
});
photos.addEventListener("cleared", () => {
  cards.replaceChildren();
  cardOf.clear();
  showCount();
});

search.addEventListener("input", filter);
element("clear").addEventListener("click", () => {
  photos.clear();
  announce("All photos of this session were removed");
  element("choose").focus();
});
element("export-jsonl").addEventListener("click", () => exportAs("captions.jsonl", "application/x-ndjson", toJsonLines));
element("export-csv").addEventListener("click", () => exportAs("captions.csv", "text/csv", toCsv));

/** Shows the photos that the tab remembers. */
export function showRemembered() {
  photos.all.forEach(photo => {
    addCard(photo);
    if (photo.thumbnail === undefined) {
      // The page was left before there was one.
      pictureByService(photo);
    }
  });
  showCount();
}

function addCard(photo) {
  const item = template.content.cloneNode(true).firstElementChild;
  const button = item.querySelector("button");
  button.addEventListener("click", () => {
    photos.select(photo);
    element("stage").scrollIntoView({ block: "nearest" });
  });
  cardOf.set(photo.id, { item, button });
  // The newest come first.
  cards.prepend(item);
  showCard(photo);
}

function showCard(photo) {
  const { item } = cardOf.get(photo.id);
  const image = item.querySelector("img");
  item.dataset.state = photo.state;
  item.querySelector(".card-state").textContent = states[photo.state];
  item.querySelector(".card-caption").textContent = photo.result?.caption ?? photo.problem?.title ?? "";
  item.querySelector(".card-name").textContent = photo.name;
  if (photo.thumbnail && image.hidden) {
    image.src = photo.thumbnail;
    image.hidden = false;
  }

  item.hidden = !matches(photo);
}

/**
 * Gives a photo its thumbnail.
 * @param {import("./photos.js").Photo} photo
 * @param {Blob | null | undefined} bytes
 * @returns {Promise<boolean>} Whether the browser could draw it.
 */
async function picture(photo, bytes) {
  const made = bytes ? await thumbnail(bytes) : null;
  if (made === null) {
    return false;
  }

  photos.change(photo, { thumbnail: made });
  return true;
}

async function pictureByService(photo) {
  picture(photo, await blob(photo.result.links.image).catch(() => null));
}

function matches(photo) {
  const wanted = search.value.trim().toLowerCase();
  return `${photo.name} ${photo.result?.caption ?? ""} ${photo.corrected ?? ""}`.toLowerCase().includes(wanted);
}

function filter() {
  const found = photos.all.filter(photo => {
    const match = matches(photo);
    cardOf.get(photo.id).item.hidden = !match;
    return match;
  });
  element("nothing-found").hidden = found.length > 0;
  announce(`${count(found.length, "photo")} found`);
}

function showCount() {
  const { all } = photos;
  const done = all.filter(({ state }) => state === "done" || state === "failed").length;
  section.hidden = all.length === 0;
  document.body.classList.toggle("has-photos", all.length > 0);
  element("session-count").textContent = all.length;
  element("session-progress").textContent = done < all.length ? `${done} of ${all.length} done` : "";
}

function exportAs(name, type, format) {
  const captioned = photos.all.filter(({ state }) => state === "done");
  save(name, new Blob([format(captioned)], { type }));
  announce(`${count(captioned.length, "caption")} exported`);
}
