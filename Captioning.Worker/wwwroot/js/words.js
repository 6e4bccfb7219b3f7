/**
 * Finds a caption's words in its text. A caption is capitalised and spaced as English is; its words are the model's tokens.
 * @param {string} caption
 * @param {{text: string}[]} words
 * @returns {{text: string, word: object | null}[]} The caption in pieces; those between words have none.
 */
export function align(caption, words) {
  const lower = caption.toLowerCase();
  const pieces = [];
  let end = 0;
  for (const word of words) {
    const start = lower.indexOf(word.text.toLowerCase(), end);
    // Brackets and quotes are written otherwise than their tokens.
    if (start < 0) {
      continue;
    }

    if (start > end) {
      pieces.push({ text: caption.slice(end, start), word: null });
    }

    end = start + word.text.length;
    pieces.push({ text: caption.slice(start, end), word });
  }

  if (end < caption.length) {
    pieces.push({ text: caption.slice(end), word: null });
  }

  return pieces;
}

/**
 * Shows a caption as a toolbar of words: one stop of the Tab key, the arrow keys move within it.
 * @param {HTMLElement} toolbar
 * @param {{text: string, word: object | null}[]} pieces
 * @param {(word: object | null) => void} look Told the word that is pointed at or focused; null when none is.
 */
export function showWords(toolbar, pieces, look) {
  const buttons = [];
  toolbar.replaceChildren(...pieces.map(({ text, word }) => {
    if (word === null) {
      return text;
    }

    const button = document.createElement("button");
    button.type = "button";
    button.className = "word";
    button.textContent = text;
    button.tabIndex = buttons.length === 0 ? 0 : -1;
    button.addEventListener("pointerenter", event => event.pointerType === "mouse" && look(word));
    button.addEventListener("pointerleave", event => event.pointerType === "mouse" && look(focused()));
    button.addEventListener("focus", () => look(word));
    button.addEventListener("blur", () => look(null));
    // Not every browser focuses a button that is tapped.
    button.addEventListener("click", () => move(button));
    buttons.push({ button, word });
    return button;
  }));

  const focused = () => buttons.find(({ button }) => button === document.activeElement)?.word ?? null;

  function move(button) {
    buttons.forEach(other => { other.button.tabIndex = other.button === button ? 0 : -1; });
    button.focus();
  }

  toolbar.onkeydown = event => {
    const at = buttons.findIndex(({ button }) => button === event.target);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (event.key === "Escape") {
      event.target.blur();
    } else if (to in buttons) {
      event.preventDefault();
      move(buttons[to].button);
    }
  };
}
