/**
 * Waits until what was changed is on the screen, so that work nobody sees does not delay it. A page that is not seen does not wait.
 * @returns {Promise<void>}
 */
export function painted() {
  return document.hidden ? Promise.resolve() : new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
}
