// Draws each chart of the overview from the table beside it: what is seen and what is read are the same.
import uPlot from "../uplot.mjs";

const HEIGHT = 200; // as overview.css keeps free
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3], [12, 4], [1, 2], [4, 2, 1, 2], [10, 2]];
const MARK_DASHES = { P: [4, 4], B: [10, 4], S: [2, 3] };
const drawn = new Map();
const open = new Set();

/** What the table says: seconds, then the values of each column; the oldest first. */
function read(table) {
  const columns = [...table.tHead.rows[0].cells].slice(1).map((cell) => ({
    name: cell.querySelector("bdi").textContent,
    colour: getComputedStyle(cell.querySelector(".ink")).color,
    before: "before" in cell.dataset,
  }));
  const rows = [...table.tBodies[0].rows].reverse();
  const times = rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000);
  const values = columns.map((_, place) => rows.map((row) => number(row.cells[place + 1].textContent)));
  return { columns, times, values };
}

function number(text) {
  return text === "–" ? null : Number(text);
}

/** Each on top of those before it, but for what is of the range before. */
function stacked(columns, values) {
  const below = values[0].map(() => 0);
  return values.map((each, place) =>
    columns[place].before ? each : each.map((value, at) => (below[at] += value ?? 0)));
}

function draw(chart) {
  const plot = chart.querySelector(".plot");
  if (!plot) return;
  const { columns, times, values } = read(chart.querySelector("table.rows"));
  const kind = chart.dataset.kind;
  const shown = kind === "lines" ? values : stacked(columns, values);
  const ink = getComputedStyle(chart.querySelector(".comes-to")).color;
  const marks = [...document.querySelectorAll(".marks li")].map((each) => ({
    at: Date.parse(each.querySelector("time").dateTime) / 1000,
    sign: each.querySelector("b").textContent,
  }));
  const ground = getComputedStyle(document.body).backgroundColor;
  const axis = { stroke: ink, grid: { stroke: ink, width: 0.25 }, ticks: { show: false } };
  // The largest sums first, so that what stands below is painted over them.
  const order = columns.map((_, place) => place);
  if (kind !== "lines") order.sort((one, other) => columns[one].before - columns[other].before || other - one);
  const series = order.map((place) => {
    const { name, colour, before } = columns[place];
    return {
      label: name,
      stroke: colour,
      width: 1.5,
      dash: before ? [2, 4] : DASHES[place % DASHES.length],
      fill: kind === "lines" || before ? undefined : soft(colour, ground),
      paths: kind === "bars" && !before ? uPlot.paths.bars({ size: [0.8, 40] }) : undefined,
      points: { show: true, filter: standingAlone },
      value: (_, __, ___, at) => (at == null ? "–" : (values[place][at] ?? "–")),
    };
  });
  const width = plot.clientWidth || chart.clientWidth - 34;
  plot.replaceChildren();
  const made = new uPlot(
    {
      width,
      height: HEIGHT,
      cursor: { sync: { key: "overview" } },
      scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
      axes: [{ ...axis, size: 28, values: (_, marked) => marked.map(hour) }, { ...axis, size: 48 }],
      series: [{ value: (_, at) => (at == null ? "–" : new Date(at * 1000).toISOString().slice(5, 16).replace("T", " ")) }, ...series],
      hooks: { draw: [(self) => mark(self, marks, ink)] },
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    },
    [times, ...order.map((place) => shown[place])],
    plot,
  );
  drawn.set(plot, made);
}

/** Opaque, so that what is painted below does not shine through. */
function soft(colour, ground) {
  const [ink, below] = [colour, ground].map((each) => each.match(/[\d.]+/g).map(Number));
  const mixed = [0, 1, 2].map((place) => Math.round(0.35 * ink[place] + 0.65 * below[place]));
  return `rgb(${mixed.join(", ")})`;
}

/** "14:30", at midnight the day, in UTC as the table. */
function hour(seconds) {
  const at = new Date(seconds * 1000);
  if (seconds % 86400) return at.toISOString().slice(11, 16);
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

/** Between two gaps a value has no line: it is a point, or nobody would see it. */
function standingAlone(self, number) {
  const values = self.data[number];
  return values.flatMap((value, at) => (value != null && values[at - 1] == null && values[at + 1] == null ? [at] : []));
}

/** A line for each thing that happened, with its letter. What is of the step under way is at its beginning. */
function mark(self, marks, ink) {
  const { ctx, bbox } = self;
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.font = `600 ${Math.round(11 * devicePixelRatio)}px sans-serif`;
  ctx.textBaseline = "top";
  for (const { at, sign } of marks) {
    const left = Math.round(self.valToPos(Math.min(at, self.data[0].at(-1)), "x", true));
    if (left < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.setLineDash(MARK_DASHES[sign].map((length) => length * devicePixelRatio));
    ctx.textAlign = left > bbox.left + bbox.width / 2 ? "right" : "left";
    ctx.fillText(sign, left + (ctx.textAlign === "left" ? 3 : -3) * devicePixelRatio, bbox.top);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function drawAll() {
  for (const made of drawn.values()) made.destroy();
  drawn.clear();
  document.querySelectorAll(".chart[data-kind]").forEach(draw);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "charts") return;
  open.clear();
  document.querySelectorAll("#charts details[open]").forEach((each) => open.add(each.id));
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "charts") return;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  drawAll();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
let width = innerWidth;
addEventListener("resize", () => {
  if (width !== innerWidth) drawAll();
  width = innerWidth;
});
drawAll();
