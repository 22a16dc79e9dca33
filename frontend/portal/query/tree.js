// A segment query as a builder has it: groups of all, any or none, and conditions.

/** @typedef {{kind: "leaf", json: object}} Leaf */
/** @typedef {{kind: "all" | "any" | "none", parts: (Group | Leaf)[]}} Group */

/**
 * @param {string} text
 * @returns {Group | null} null for what is no query
 */
export function read(text) {
  try {
    const found = nodeOf(JSON.parse(text));
    return found.kind === "leaf" ? { kind: "all", parts: [found] } : found;
  } catch {
    return null;
  }
}

/** @param {Group} group */
export function write(group) {
  return JSON.stringify(treeOf(group), null, 2);
}

function nodeOf(tree) {
  const names = Object.keys(tree).sort().join();
  if (names === "all" || names === "any") return { kind: names, parts: tree[names].map(nodeOf) };
  if (names === "not") {
    const inner = tree.not;
    const parts = Object.keys(inner).join() === "any" ? inner.any : [inner];
    return { kind: "none", parts: parts.map(nodeOf) };
  }
  if (names === "is,segment" || names === "field,op,value") return { kind: "leaf", json: { ...tree } };
  throw new TypeError(names);
}

function treeOf(node) {
  if (node.kind === "leaf") return node.json;
  const parts = node.parts.map(treeOf);
  return node.kind === "none" ? { not: { any: parts } } : { [node.kind]: parts };
}

/** How many conditions it holds. */
export function leavesOf(node) {
  return node.kind === "leaf" ? 1 : node.parts.reduce((sum, part) => sum + leavesOf(part), 0);
}
