// Builds a segment query from groups and conditions, in step with its JSON.
import { button, element, select } from "./controls.js";
import { drawLeaf, newLeaf } from "./leaf.js";
import { leavesOf, read, write } from "./tree.js";

const KINDS = [["all", "All of these"], ["any", "Any of these"], ["none", "None of these"]];

/**
 * @param {HTMLElement} place
 * @param {HTMLTextAreaElement} field holds the JSON, which counts
 * @param {object} page of builder_page
 */
export function startBuilder(place, field, page) {
  let root = read(field.value);
  let known = field.value;

  const writeOut = () => {
    known = field.value = write(root);
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  };
  /** `focus`: the path of a part and what of it is to have the focus. */
  const draw = (path = null, what = "") => {
    counted = 0;
    place.replaceChildren(root ? drawGroup(root, [], null) : unreadable());
    if (path) focusOn(place.querySelector(`[data-path="${path.join("-")}"]`), what);
  };
  const change = (path, what) => {
    writeOut();
    draw(path, what);
  };
  let counted = 0;

  function drawGroup(group, path, remove) {
    const node = document.createElement("fieldset");
    node.className = "query-group";
    node.dataset.path = path.join("-");
    const name = path.length ? `Group ${path.map((each) => each + 1).join(".")}` : "Players";
    const kind = select(`${name}: how its parts are joined`, KINDS, group.kind);
    kind.dataset.part = "kind";
    kind.addEventListener("change", () => {
      group.kind = kind.value;
      change(path, "kind");
    });
    node.append(element("legend", "", element("span", "visually-hidden", name), kind));
    const list = element("div", "query-parts");
    group.parts.forEach((part, index) => list.append(drawPart(group, part, [...path, index])));
    if (!group.parts.length) list.append(element("p", "muted", group.kind === "any" ? "No condition yet: nobody." : "No condition yet: everybody."));
    node.append(list, tools(group, path, name, remove));
    node.addEventListener("keydown", (event) => {
      if (event.key !== "+" || event.target.matches("input")) return;
      event.preventDefault();
      event.stopPropagation();
      addGroup(group, path);
    });
    return node;
  }

  function drawPart(group, part, path) {
    const remove = () => {
      group.parts.splice(path.at(-1), 1);
      change(path.slice(0, -1), "add");
    };
    if (part.kind !== "leaf") return drawGroup(part, path, remove);
    counted += 1;
    const node = drawLeaf(part, page, `Condition ${counted}`, { written: writeOut, remove });
    node.dataset.path = path.join("-");
    return node;
  }

  function addGroup(group, path) {
    if (path.length + 1 >= page.deepest) return;
    group.parts.push({ kind: "any", parts: [] });
    change([...path, group.parts.length - 1], "kind");
  }

  function tools(group, path, name, remove) {
    const node = element("div", "buttons");
    const full = leavesOf(root) >= page.mostLeaves;
    const add = button("Add a condition", () => {
      group.parts.push(newLeaf(page));
      change([...path, group.parts.length - 1], "field");
    }, `Add a condition to ${name}`);
    add.dataset.part = "add";
    add.disabled = full;
    if (full) add.title = `A query of the builder has at most ${page.mostLeaves} conditions.`;
    const deeper = button("Add a group", () => addGroup(group, path), `Add a group to ${name}`);
    deeper.disabled = path.length + 1 >= page.deepest;
    if (deeper.disabled) deeper.title = `Groups stand at most ${page.deepest} deep.`;
    node.append(add, deeper);
    if (remove) node.append(button("Remove the group", remove, `Remove the ${name.toLowerCase()}`));
    return node;
  }

  field.addEventListener("input", () => {
    if (field.value === known) return;
    known = field.value;
    root = read(known);
    draw();
  });
  draw();
  place.hidden = false;
}

function unreadable() {
  return element("p", "muted", "What stands in the JSON cannot be shown as conditions: mend it there.");
}

function focusOn(node, what) {
  node?.querySelector(`[data-part="${what}"]`)?.focus();
}
