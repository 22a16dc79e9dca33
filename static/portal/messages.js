// frontend/portal/messages.js
var STOPS = "a.open, button.switch, .tick input";
function step(from, key) {
  const row = from.closest("tr");
  const stops = [...row.querySelectorAll(STOPS)];
  if (key === "ArrowLeft" || key === "ArrowRight") return stops[stops.indexOf(from) + (key === "ArrowLeft" ? -1 : 1)];
  const rows = [...document.querySelectorAll("table.messages tbody tr")];
  const next = rows[rows.indexOf(row) + (key === "ArrowUp" ? -1 : 1)];
  return next?.querySelectorAll(STOPS)[stops.indexOf(from)];
}
document.addEventListener("keydown", (event) => {
  const plain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
  if (!plain || !event.key.startsWith("Arrow") || !event.target.matches?.(`.messages :is(${STOPS})`)) return;
  const next = step(event.target, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
});
