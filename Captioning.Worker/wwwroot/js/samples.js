import { blob, samples } from "./api.js";
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

function item({ name, url }) {
  const element = template.content.cloneNode(true);
  const image = element.querySelector("img");
  const photo = blob(url);
  image.alt = `Sample: ${stem(name).replaceAll("_", " ")}`;
  photo.then(bytes => {
    image.onload = () => URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(bytes);
  });
  element.querySelector("button").addEventListener("click", async () => photos.add([{ name, file: await photo }]));
  return element;
}
