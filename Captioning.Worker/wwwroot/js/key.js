const storageKey = "captioning.key";
const dialog = document.getElementById("key-dialog");
const form = document.getElementById("key-form");
const input = document.getElementById("key");
const problem = document.getElementById("key-problem");

/** The question under way, so that requests refused together ask once. */
let asking = null;

/** The API key of this tab, or null. */
export function apiKey() {
  return sessionStorage.getItem(storageKey);
}

/**
 * Asks the person for a key.
 * @param {string | null} refused The key that was just refused.
 * @returns {Promise<boolean>} Whether there is another key to try now.
 */
export function askForKey(refused) {
  if (apiKey() !== refused) {
    return Promise.resolve(true);
  }

  asking ??= new Promise(resolve => {
    if (refused !== null) {
      problem.textContent = "The service does not know this key. Try another one.";
    }

    let entered = false;
    form.onsubmit = () => {
      entered = true;
      sessionStorage.setItem(storageKey, input.value.trim());
    };
    dialog.onclose = () => {
      input.value = "";
      asking = null;
      resolve(entered);
    };
    dialog.showModal();
  });
  return asking;
}
