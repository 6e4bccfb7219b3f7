/** Steps between two cells of the grid. */
const steps = 8;
const veil = [10, 12, 24];
const darkest = 0.72;
/** Below 1, so that more than the one brightest cell stays bright. */
const gamma = 0.7;

/**
 * Draws where the model looked: the photo stays bright there, and a veil lies over the rest.
 * @param {HTMLCanvasElement} canvas Lies over the photo; the grid covers all of it.
 * @param {number[]} weights Row by row from the top left.
 * @param {{rows: number, columns: number}} grid
 */
export function drawAttention(canvas, weights, { rows, columns }) {
  canvas.width = columns * steps;
  canvas.height = rows * steps;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(canvas.width, canvas.height);
  const least = Math.min(...weights);
  const range = Math.max(...weights) - least || 1;
  let at = 0;
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const looked = (interpolate(weights, rows, columns, (y + 0.5) / steps - 0.5, (x + 0.5) / steps - 0.5) - least) / range;
      pixels.data.set([...veil, 255 * darkest * (1 - looked ** gamma)], at);
      at += 4;
    }
  }

  context.putImageData(pixels, 0, 0);
}

/** The weight between the centres of four cells, weighted by how near each is. */
function interpolate(weights, rows, columns, y, x) {
  const row = Math.min(Math.max(y, 0), rows - 1);
  const column = Math.min(Math.max(x, 0), columns - 1);
  const top = Math.floor(row);
  const left = Math.floor(column);
  const down = row - top;
  const right = column - left;
  const weight = (r, c) => weights[Math.min(r, rows - 1) * columns + Math.min(c, columns - 1)];
  return (1 - down) * ((1 - right) * weight(top, left) + right * weight(top, left + 1))
    + down * ((1 - right) * weight(top + 1, left) + right * weight(top + 1, left + 1));
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
