const announcer = document.getElementById("announcer");

/** Says something to screen readers, once they have said what they are at. */
export function announce(text) {
  announcer.textContent = text;
}
