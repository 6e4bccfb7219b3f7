import { announce } from "./announce.js";
import { count } from "./format.js";
import { takePhotos } from "./intake.js";
import { photos } from "./photos.js";
import "./queue.js";
import { offerSamples } from "./samples.js";
import { showRemembered } from "./session.js";
import { offerVoices } from "./settings.js";
import "./stage.js";
import { service } from "./status.js";

photos.addEventListener("finished", ({ detail: photo }) => {
  const left = photos.all.filter(({ state }) => state === "queued" || state === "working").length;
  if (photo.alone || photo === photos.selected) {
    announce(photo.result?.caption ?? `${photo.name}: ${photo.problem.title}. ${photo.problem.detail}`);
  } else if (left === 0) {
    const failed = photos.all.filter(({ state }) => state === "failed").length;
    announce(`All photos are done${failed > 0 ? `, ${count(failed, "photo")} failed` : ""}`);
  }
});

takePhotos();
showRemembered();
service.watch(true);
// Without them the page works all the same, and the status strip says what is wrong.
offerSamples().catch(() => {});
offerVoices().catch(() => {});
