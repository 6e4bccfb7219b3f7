// One entry a photo, so that one more photo costs one write.
const prefix = "captioning.photo.";

/** The photos that this tab remembers, in the order they were given. */
export function remembered() {
  return keys().map(key => JSON.parse(sessionStorage.getItem(key)));
}

/** Remembers a photo, at the cost of the oldest ones where the browser has no more room. */
export function remember(photo) {
  const { file, ...rest } = photo;
  const text = JSON.stringify(rest, short);
  for (;;) {
    try {
      sessionStorage.setItem(prefix + photo.id, text);
      return;
    } catch {
      const oldest = keys().find(key => key !== prefix + photo.id);
      if (oldest === undefined) {
        return;
      }

      sessionStorage.removeItem(oldest);
    }
  }
}

export function forgetAll() {
  keys().forEach(key => sessionStorage.removeItem(key));
}

/** Attention is most of a photo's entry, and is seen rather than computed with. */
function short(key, value) {
  return key === "attention" && Array.isArray(value) ? value.map(weight => Number(weight.toPrecision(3))) : value;
}

function keys() {
  const number = key => Number(key.slice(prefix.length));
  return Object.keys(sessionStorage).filter(key => key.startsWith(prefix)).sort((a, b) => number(a) - number(b));
}
