import { blob, samples } from "./api.js";
import { stem } from "./format.js";
import { photos } from "./photos.js";
import { service } from "./status.js";

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
  image.alt = `Sample: ${stem(name).replaceAll("_", " ")}`;
  image.src = url;
  element.querySelector("button").addEventListener("click", async () => {
    // The browser has the photo in its cache by then.
    const file = await blob(url).catch(() => null);
    if (file !== null) {
      photos.add([{ name, file }]);
    } else {
      // The strip says what is wrong.
      service.watch();
    }
  });
  return element;
}
