// Buttons that copy a text: their own, or that of the element that they name. Hidden where nothing can be copied.
const SAID_MS = 2000;

function reveal(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy], [data-copy-text]")) button.hidden = false;
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy], [data-copy-text]");
  if (!button) return;
  const { copy, copyText } = button.dataset;
  await navigator.clipboard.writeText(copyText ?? document.getElementById(copy).textContent);
  const said = button.querySelector("[aria-hidden]") ?? button; // a sign alone has its words in aria-label
  const [words, label] = [said.textContent, button.getAttribute("aria-label")];
  said.textContent = said === button ? "Copied" : "✓";
  if (label) button.setAttribute("aria-label", "Copied");
  setTimeout(() => {
    said.textContent = words;
    if (label) button.setAttribute("aria-label", label);
  }, SAID_MS);
});

document.addEventListener("htmx:load", ({ detail }) => reveal(detail.elt));
reveal(document);
