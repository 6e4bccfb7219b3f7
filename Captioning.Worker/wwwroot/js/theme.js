// A classic script in the head, so that the page is never painted in the wrong colours first.
(() => {
  const key = "captioning.theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const chosen = localStorage.getItem(key);
  if (chosen === "light" || chosen === "dark") {
    root.dataset.theme = chosen;
  }

  const shown = () => root.dataset.theme ?? (system.matches ? "dark" : "light");

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme-button");
    const name = document.getElementById("theme-name");
    const label = () => {
      name.textContent = shown() === "dark" ? "Light" : "Dark";
      button.setAttribute("aria-label", `${name.textContent} colours`);
    };
    button.addEventListener("click", () => {
      const next = shown() === "dark" ? "light" : "dark";
      if (next === (system.matches ? "dark" : "light")) {
        // What the system wants needs no memory, and goes on following it.
        delete root.dataset.theme;
        localStorage.removeItem(key);
      } else {
        root.dataset.theme = next;
        localStorage.setItem(key, next);
      }

      label();
    });
    system.addEventListener("change", label);
    label();
  });
})();
