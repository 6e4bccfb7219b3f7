import { samples } from "./api.js";
import { stem } from "./format.js";
import { photos } from "./photos.js";

const section = document.getElementById("samples");
const list = document.getElementById("samples-list");
const template = document.getElementById("sample-template");

/** Shows the service's sample photos, each one click away from its caption. */
export async function offerSamples() {
  const offered = await samples();
  list.replaceChildren(...offered.map(item));
  section.hidden = offered.length === 0;
}

function item({ name, url, thumbnail }) {
  const element = template.content.cloneNode(true);
  const image = element.querySelector("img");
  image.alt = `Sample: ${stem(name).replaceAll("_", " ")}`;
  image.src = thumbnail;
  // The service has the photo: nothing need be sent.
  element.querySelector("button").addEventListener("click", () => photos.add([{ name, address: url, thumbnail, picture: url }]));
  return element;
}
