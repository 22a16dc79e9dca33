// Where in a JSON text the value stands that a path like `.aps.alert.lines[2]` leads to.
import { syntaxTree } from "../../codemirror.mjs";

const STEP = /\.([^.[\]]+)|\[(\d+)\]/g;

/**
 * @param {import("../../codemirror.mjs").EditorState} state
 * @param {string} path
 * @returns {{from: number, to: number}} of the last step that is there
 */
export function rangeOf(state, path) {
  let node = syntaxTree(state).topNode.firstChild;
  for (const [, name, index] of path.matchAll(STEP)) {
    const next = node && (name === undefined ? itemOf(node, Number(index)) : propertyOf(state, node, name));
    if (!next) break;
    node = next;
  }
  return node ? { from: node.from, to: node.to } : { from: 0, to: state.doc.length };
}

function propertyOf(state, object, name) {
  for (let each = object.firstChild; each; each = each.nextSibling) {
    const key = each.getChild("PropertyName");
    if (key && unquoted(state.sliceDoc(key.from, key.to)) === name) return each.lastChild;
  }
  return null;
}

function itemOf(array, index) {
  let at = -1;
  for (let each = array.firstChild; each; each = each.nextSibling) {
    if (!["[", "]", ",", "⚠"].includes(each.name) && ++at === index) return each;
  }
  return null;
}

function unquoted(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
