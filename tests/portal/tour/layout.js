// What tests.portal.tour.layout asks a page. One object of functions, each of which answers with words.
({
  /** Text that is cut off without a tooltip, or wider than the box that it stands in. */
  clipped: () => {
    const found = [];
    for (const each of document.querySelectorAll("body *")) {
      if (!each.checkVisibility() || each.closest(".visually-hidden, .skip, .cm-editor")) continue;
      if (each.closest("thead")?.getBoundingClientRect().width <= 1) continue;
      const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!own) continue;
      const style = getComputedStyle(each);
      const hides = ["hidden", "clip"].includes(style.overflowX);
      const toldWhole = style.textOverflow === "ellipsis" && each.closest("[title]");
      if (hides && !toldWhole && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1)
        found.push("cut off: " + each.textContent.trim().slice(0, 60));
      if (hides && each.scrollHeight > each.clientHeight + 3 && each.clientHeight > 1 && each.clientWidth > 1)
        found.push("cut off below: " + each.textContent.trim().slice(0, 60));
      const boxed = each.matches("button, th, td, label, summary, legend, .mark, .chip");
      if (boxed && style.display !== "inline" && !each.querySelector(".visually-hidden")) {
        const range = document.createRange();
        range.selectNodeContents(each);
        const box = each.getBoundingClientRect(), text = range.getBoundingClientRect();
        if (box.width > 1 && text.right > box.right + 2 && !hides && style.overflowX !== "auto")
          found.push("wider than its box: " + each.textContent.trim().slice(0, 60));
      }
    }
    return found;
  },

  /** Lines of text, and controls, of which one lies over another by more than a hair. */
  overlapping: () => {
    const pieces = [];
    const stuck = (each) => {
      for (let one = each; one; one = one.parentElement)
        if (["sticky", "fixed"].includes(getComputedStyle(one).position)) return true;
      return false;
    };
    const shown = (each) => each.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && !each.closest(".visually-hidden, .skip, .cm-editor, .top, thead, [popover], dialog") && !stuck(each);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode, parent = node.parentElement;
      if (!node.data.trim() || !shown(parent) || parent.closest("select, textarea")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) pieces.push({ box, of: parent, words: node.data.trim().slice(0, 40) });
    }
    for (const each of document.querySelectorAll("input, select, textarea, button"))
      if (shown(each) && !["hidden", "checkbox", "radio"].includes(each.type))
        pieces.push({ box: each.getBoundingClientRect(), of: each, words: each.name || each.textContent.trim() });
    const clipped = ({ box, of }) => {
      for (let each = of; each; each = each.parentElement) {
        if (getComputedStyle(each).overflowX === "visible") continue;
        const frame = each.getBoundingClientRect();
        if (each.matches("input, select, textarea, button")) continue;
        if (box.left >= frame.right || box.right <= frame.left || box.top >= frame.bottom || box.bottom <= frame.top)
          return true;
      }
      return false;
    };
    const seen = pieces.filter((piece) => piece.box.width > 1 && !clipped(piece));
    seen.sort((one, other) => one.box.top - other.box.top);
    const found = [];
    seen.forEach((one, index) => {
      for (const other of seen.slice(index + 1)) {
        if (other.box.top > one.box.bottom - 4) break;
        if (one.of.contains(other.of) || other.of.contains(one.of)) continue;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (across > 3 && down > 4) found.push(`one over another: ${one.words} | ${other.words}`);
      }
    });
    return found;
  },

  /** Columns of tables in which words stand one letter below the other. */
  narrow: () => [...document.querySelectorAll("th, td")]
    .filter((cell) => cell.checkVisibility() && !cell.querySelector(".visually-hidden"))
    .filter((cell) => cell.closest("thead, tbody")?.getBoundingClientRect().width > 1)
    .filter((cell) => cell.innerText.trim().length > 3 && cell.clientWidth < 48)
    .map((cell) => `column of ${cell.clientWidth} px: ${cell.innerText}`),

  /** Controls of less than 24 px that have not so much room around them either. */
  small: () => {
    const shown = (each) => each.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && !each.closest(".visually-hidden, .skip, .cm-editor, [popover]:not(:popover-open), dialog:not([open])");
    const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
      .filter(shown).map((each) => ({ each: each.labels?.length && ["checkbox", "radio"].includes(each.type) ? each.labels[0] : each }))
      .map(({ each }) => ({ each, box: each.getBoundingClientRect() }));
    const inSentence = (each) => each.matches("a") && [...each.parentElement.childNodes]
      .some((node) => node.nodeType === 3 && node.data.trim().length > 1);
    const small = targets.filter(({ each, box }) => box.width > 1 && (box.width < 24 || box.height < 23.5) && !inSentence(each));
    const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
    return small.filter(({ each, box }) => targets.some((other) => {
      if (other.each === each || other.each.contains(each) || each.contains(other.each)) return false;
      const [x, y] = middle(box);
      const right = Math.max(other.box.left - x, 0, x - other.box.right), down = Math.max(other.box.top - y, 0, y - other.box.bottom);
      return Math.hypot(right, down) < 12;
    })).map(({ each, box }) => `a target of ${Math.round(box.width)} × ${Math.round(box.height)} px: ${each.textContent.trim().slice(0, 40) || each.name || each.className}`);
  },

  /** What has the focus, and whether that is seen. */
  focused: () => {
    const each = document.activeElement;
    if (!each || each === document.body) return null;
    window.flintStops ??= new Map();
    if (!window.flintStops.has(each)) window.flintStops.set(each, window.flintStops.size);
    const box = each.getBoundingClientRect();
    const framed = [each, each.closest(".cm-editor"), each.nextElementSibling, each.parentElement].filter(Boolean).some((one) => {
      const style = getComputedStyle(one);
      return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
    });
    const at = [box.left + Math.min(box.width / 2, 40), box.top + Math.min(box.height / 2, 20)];
    const over = document.elementFromPoint(...at);
    const hidden = over && !each.contains(over) && !over.contains(each) && over.closest("label")?.control !== each;
    const words = each.textContent.trim().slice(0, 40) || each.name || each.id || each.tagName;
    const fault = !framed ? `no focus to be seen: ${words}` : hidden ? `focus under ${over.className || over.tagName}: ${words}` : "";
    return { number: window.flintStops.get(each), fault, traps: Boolean(each.closest(".cm-editor")) };
  },
})
