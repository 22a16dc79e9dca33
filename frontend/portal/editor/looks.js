// How editors look, in the page's own colours, and what every one of them has.
import { EditorView, HighlightStyle, syntaxHighlighting, tags } from "../../codemirror.mjs";

const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--surface)", border: "1px solid var(--control)", borderRadius: "6px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "2px" },
  ".cm-content": { fontFamily: "inherit", padding: "7px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 10px" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "20px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--muted)", border: "0" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--control)", borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "240px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px", minHeight: "24px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { marginLeft: "12px", fontStyle: "normal", opacity: "1" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-diagnostic": { padding: "6px 10px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--failed)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--waiting)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--on-accent)", borderRadius: "4px", minHeight: "24px", padding: "2px 8px" },
  ".cm-lintRange": { backgroundImage: "none", textDecorationLine: "underline", textDecorationStyle: "wavy", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecorationColor: "var(--failed)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--waiting)" },
  ".cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--control)" },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--pushed)" },
  { tag: tags.string, color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--suppressed)" },
]);

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} input the form's own field
 * @param {string} nonce of the page's style policy
 */
export function looksOf(input, nonce) {
  return [theme, syntaxHighlighting(colours), EditorView.cspNonce.of(nonce), EditorView.contentAttributes.of(named(input))];
}

/** What a screen reader says of the editor: the words of the field's label and of its help. */
function named(input) {
  const label = input.labels?.[0]?.textContent ?? input.getAttribute("aria-label") ?? input.name;
  const described = input.getAttribute("aria-describedby");
  const invalid = input.getAttribute("aria-invalid");
  return {
    "aria-label": label.trim().replace(/\s+/g, " "),
    ...(input.id && { id: input.id }), // where links to the field lead
    ...(described && { "aria-describedby": described }),
    ...(invalid && { "aria-invalid": invalid }),
  };
}
