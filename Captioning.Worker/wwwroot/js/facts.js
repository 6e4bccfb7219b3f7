/**
 * Fills a description list.
 * @param {HTMLDListElement} list
 * @param {[string, string | number][]} pairs Names and values.
 */
export function showFacts(list, pairs) {
  list.replaceChildren(...pairs.map(([name, value]) => {
    const pair = document.createElement("div");
    const term = document.createElement("dt");
    const description = document.createElement("dd");
    term.textContent = name;
    description.textContent = value;
    pair.append(term, description);
    return pair;
  }));
}
