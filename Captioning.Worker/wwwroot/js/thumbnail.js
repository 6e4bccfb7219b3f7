const longestSide = 320;

/** Photos decode one after the other, or hundreds of large ones would fill the memory. */
let turn = Promise.resolve();

/**
 * Makes a small JPEG of a photo.
 * @param {Blob} photo
 * @returns {Promise<string | null>} A data URL; null where the browser cannot decode the photo.
 */
export function thumbnail(photo) {
  const made = turn.then(() => shrink(photo)).catch(() => null);
  turn = made;
  return made;
}

async function shrink(photo) {
  const bitmap = await createImageBitmap(photo);
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d", { alpha: false });
  // JPEG knows no transparency; the model sees it on white too.
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL("image/jpeg", 0.8);
}
