/** Pixels from one cell of the grid to the next. */
const steps = 8;

/**
 * Light on the photo, from where the model did not look to where it looked most. In the blend mode `hard-light`, grey leaves the photo as it
 * is, less darkens it and more brightens it: so one sees it on bright photos and on dark ones.
 */
const shade = [36, 38, 48];
const grey = [128, 128, 128];
const glow = [196, 182, 150];

/**
 * Draws where the model looked, as light on the photo.
 * @param {HTMLCanvasElement} canvas Lies over the photo; the grid covers all of it.
 * @param {number[]} weights Row by row from the top left.
 * @param {{rows: number, columns: number}} grid
 */
export function drawAttention(canvas, weights, { rows, columns }) {
  const cells = new ImageData(columns, rows);
  const least = Math.min(...weights);
  const range = Math.max(...weights) - least || 1;
  weights.forEach((weight, cell) => cells.data.set([...light((weight - least) / range), 255], cell * 4));
  const grid = document.createElement("canvas");
  grid.width = columns;
  grid.height = rows;
  grid.getContext("2d").putImageData(cells, 0, 0);

  // Enlarged twice, by canvas and page, it is as soft as light.
  canvas.width = columns * steps;
  canvas.height = rows * steps;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(grid, 0, 0, canvas.width, canvas.height);
}

/** The colour for a part of the largest weight. */
function light(looked) {
  return looked < 0.5 ? mix(shade, grey, 2 * looked) : mix(grey, glow, 2 * looked - 1);
}

function mix(from, to, part) {
  return from.map((channel, i) => channel + (to[i] - channel) * part);
}

/**
 * Says in words where the model looked most.
 * @returns {string} Such as "upper left".
 */
export function whereLooked(weights, { rows, columns }) {
  const peak = weights.indexOf(Math.max(...weights));
  const third = (index, count) => Math.min(2, Math.floor((index + 0.5) * 3 / count));
  const vertical = ["upper", "", "lower"][third(Math.floor(peak / columns), rows)];
  const horizontal = ["left", "", "right"][third(peak % columns, columns)];
  return `${vertical} ${horizontal || (vertical ? "middle" : "")}`.trim() || "centre";
}
