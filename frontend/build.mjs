// Puts the libraries that the portal's pages load into static/vendor, copied out of node_modules or bundled, and
// each page's own script of portal/ with what it imports into one file of static/portal; writes down what they are.
// Run by `make assets`; its output is committed, so that neither a server nor the tests need Node.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const modules = new URL("./node_modules/", import.meta.url);
const root = new URL("../", import.meta.url);
const pages = "static/vendor/";
const tests = "tests/portal/web/vendor/";
const scripts = "static/portal/";
const target = { format: "esm", target: "es2022", bundle: true, legalComments: "none", metafile: true };

const files = [
  ["bootstrap", "dist/css/bootstrap.min.css", pages + "bootstrap.min.css", withoutSourceMap],
  ["htmx.org", "dist/htmx.min.js", pages + "htmx.min.js"],
  ["@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2", pages + "inter-latin.woff2"],
  ["uplot", "dist/uPlot.min.css", pages + "uplot.min.css"],
  ["axe-core", "axe.min.js", tests + "axe.min.js"],
];

// One file of many packages each.
const bundles = [
  ["codemirror.mjs", pages + "codemirror.js"],
  ["uplot.mjs", pages + "uplot.js"],
];

for (const folder of [pages, tests]) {
  rmSync(new URL(folder, root), { recursive: true, force: true });
  mkdirSync(new URL(folder, root), { recursive: true });
}
const rows = { [pages]: [], [tests]: [] };
const licences = { [pages]: [], [tests]: [] };
for (const [name, from, to, change] of files) {
  const home = new URL(`${name}/`, modules);
  if (change) writeFileSync(new URL(to, root), change(readFileSync(new URL(from, home), "utf8")));
  else cpSync(new URL(from, home), new URL(to, root));
  writeDown(name, to);
}
for (const [from, to] of bundles) {
  const made = await build({
    absWorkingDir: new URL(".", import.meta.url).pathname,
    entryPoints: [from],
    outfile: new URL(to, root).pathname,
    minify: true,
    ...target,
  });
  const parts = Object.keys(made.metafile.inputs).map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]);
  for (const name of [...new Set(parts.filter(Boolean))].sort()) writeDown(name, to);
}
for (const folder of [pages, tests]) {
  const table = ["| File | Package | Version | Licence | SHA-256 |", "|---|---|---|---|---|", ...rows[folder]];
  const head = "Written by `make assets` from frontend/package-lock.json; not edited by hand.\n\n";
  writeFileSync(new URL(folder + "VENDOR.md", root), head + table.join("\n") + "\n");
  writeFileSync(new URL(folder + "LICENSES.txt", root), licences[folder].join("\n" + "-".repeat(80) + "\n\n"));
}
await bundleScripts();

/** Not minified: what a browser's tools show is to be read. */
async function bundleScripts() {
  for (const name of readdirSync(new URL(scripts, root))) {
    if (name.endsWith(".js")) rmSync(new URL(scripts + name, root));
  }
  const made = await build({
    absWorkingDir: root.pathname,
    entryPoints: readdirSync(new URL("portal/", import.meta.url))
      .filter((name) => name.endsWith(".js"))
      .map((name) => `frontend/portal/${name}`),
    outdir: scripts,
    plugins: [{ name: "libraries", setup: keepLibrariesApart }],
    ...target,
  });
  const written = {};
  for (const [path, { inputs }] of Object.entries(made.metafile.outputs).sort()) {
    const sources = Object.keys(inputs).sort().map((source) => [source, hashOf(source)]);
    written[path] = { sha256: hashOf(path), sources: Object.fromEntries(sources) };
  }
  writeFileSync(new URL("scripts.json", import.meta.url), JSON.stringify(written, null, 2) + "\n");
}

/** A library is a file of its own, which a browser keeps however a page's script changes. */
function keepLibrariesApart({ onResolve }) {
  onResolve({ filter: /\/(codemirror|uplot)\.mjs$/ }, ({ path }) => {
    const [, name] = path.match(/([a-z]+)\.mjs$/);
    return { path: `../vendor/${name}.js`, external: true };
  });
}

function hashOf(path) {
  return createHash("sha256").update(readFileSync(new URL(path, root))).digest("hex");
}

/** A row of VENDOR.md and the licence, for a package that is in the file. */
function writeDown(name, to) {
  const home = new URL(`${name}/`, modules);
  const { version, license } = JSON.parse(readFileSync(new URL("package.json", home)));
  const folder = to.startsWith(pages) ? pages : tests;
  rows[folder].push(`| ${to.slice(folder.length)} | ${name} | ${version} | ${license} | ${hashOf(to)} |`);
  licences[folder].push(`${name} ${version}\n\n${readFileSync(new URL("LICENSE", home), "utf8").trim()}\n`);
}

function withoutSourceMap(text) {
  return text.replace(/\/\*# sourceMappingURL=.*\*\/\s*$/, "");
}
