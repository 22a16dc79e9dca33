// The small parts that the builder is made of.

/**
 * @param {string} name for who does not see it
 * @param {[string, string][]} options values and words
 * @param {string} chosen is offered also where it is none of the options
 */
export function select(name, options, chosen) {
  const node = document.createElement("select");
  node.setAttribute("aria-label", name);
  const known = options.some(([value]) => value === chosen);
  for (const [value, words] of known ? options : [[chosen, chosen || "–"], ...options]) {
    node.append(new Option(words, value, value === chosen, value === chosen));
  }
  return node;
}

export function input(name, value) {
  const node = document.createElement("input");
  node.type = "text";
  node.value = value;
  node.spellcheck = false;
  node.setAttribute("aria-label", name);
  return node;
}

export function button(words, act, name = words) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "quiet small";
  node.textContent = words;
  if (name !== words) node.setAttribute("aria-label", name);
  node.addEventListener("click", act);
  return node;
}

export function element(tag, name, ...children) {
  const node = document.createElement(tag);
  node.className = name;
  node.append(...children);
  return node;
}
