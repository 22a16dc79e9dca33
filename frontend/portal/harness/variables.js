// `{{p1.playerId}}` and `{{last.challengeInstanceId}}` within a request's texts.

const VARIABLE = /\{\{\s*(p[1-4]|last)\.(\w+)\s*\}\}/g;

/** What `find` gives of the first of the documents that has it. */
export function findFirst(documents, name) {
  for (const document of documents) {
    const found = find(document, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value of the first key of this name, the shallowest first; undefined where there is none. */
export function find(document, name) {
  let level = [document];
  while (level.length) {
    const objects = level.filter((each) => each !== null && typeof each === "object");
    for (const each of objects) if (!Array.isArray(each) && Object.hasOwn(each, name)) return each[name];
    level = objects.flatMap((each) => Object.values(each));
  }
  return undefined;
}

/**
 * The document with its variables filled in. A text that is one variable alone takes the value's type.
 * @param {any} value
 * @param {(scope: string, name: string) => any} look
 * @throws {Error} naming the variable that has no value
 */
export function fill(value, look) {
  if (typeof value === "string") return fillText(value, look);
  if (Array.isArray(value)) return value.map((each) => fill(each, look));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, look)]));
}

function fillText(text, look) {
  const valueOf = (whole, scope, name) => {
    const found = look(scope, name);
    if (found === undefined || found === "") throw new Error(`${whole} has no value yet.`);
    return found;
  };
  const alone = [...text.matchAll(VARIABLE)].find(([whole]) => whole === text);
  if (alone) return valueOf(...alone);
  return text.replace(VARIABLE, (...match) => {
    const found = valueOf(...match);
    return typeof found === "string" ? found : JSON.stringify(found);
  });
}
