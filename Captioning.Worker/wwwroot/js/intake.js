import { photos } from "./photos.js";

const chooser = document.getElementById("choose-files");
const camera = document.getElementById("photograph-file");
const form = document.getElementById("address-form");
const address = document.getElementById("address");

/** Takes photos in every way a page can be given them. */
export function takePhotos() {
  document.getElementById("choose").addEventListener("click", () => chooser.click());
  document.getElementById("photograph").addEventListener("click", () => camera.click());
  for (const input of [chooser, camera]) {
    input.addEventListener("change", () => {
      addFiles(input.files);
      // The same file may be chosen again.
      input.value = "";
    });
  }

  form.addEventListener("submit", event => {
    event.preventDefault();
    addAddresses([address.value]);
    form.reset();
  });
  takePasted();
  takeDropped();
}

function takePasted() {
  document.addEventListener("paste", event => {
    const { files } = event.clipboardData;
    if (files.length > 0) {
      addFiles(files);
    } else if (!event.target.closest("input, textarea")) {
      addAddresses(event.clipboardData.getData("text/plain").split(/\s+/));
    }
  });
}

function takeDropped() {
  // Drag events come from every element on the way, so the last target entered tells whether the pointer left the page.
  let over = null;
  const shown = show => document.body.classList.toggle("dropping", show);
  document.addEventListener("dragenter", event => {
    over = event.target;
    shown(takes(event));
  });
  document.addEventListener("dragleave", event => {
    if (event.target === over) {
      shown(false);
    }
  });
  document.addEventListener("dragover", event => {
    if (takes(event)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    }
  });
  document.addEventListener("drop", event => {
    shown(false);
    if (!takes(event)) {
      return;
    }

    event.preventDefault();
    if (event.dataTransfer.files.length > 0) {
      addFiles(event.dataTransfer.files);
    } else {
      addAddresses(event.dataTransfer.getData("text/uri-list").split(/\s+/));
    }
  });
}

/** Text that is dragged within the page stays with its text field. */
const takes = event => ["Files", "text/uri-list"].some(type => event.dataTransfer.types.includes(type));

function addFiles(files) {
  add([...files].map(file => ({ name: file.name || "pasted photo", file })));
}

function addAddresses(lines) {
  add(lines.filter(line => /^https?:\/\/./i.test(line)).map(line => ({ name: line, address: line })));
}

function add(given) {
  if (given.length > 0) {
    photos.add(given);
  }
}
