// Compares the search with pagefind's over the same pages, the current version's, with the queries of `queries.mjs`, or with QUERIES=held
// with those of `held.mjs`: how often the answer comes first, how many bytes a query moves, and how long it takes.
//
//     node tests/search/compare.mjs SITE [CURRENT]
//
// SITE is a built site of etcd's docs (`tests/search/README.md` says how to make one), CURRENT the id of its current version. Pagefind is
// no part of the repository: it is looked for in the folder that PAGEFIND names, where `npm install pagefind` was run. Both run in one
// Chromium, each in a page of its own that has searched for nothing before; bytes are those of the answers after gzip.

import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";

import { measures } from "./engine.mjs";
import { heldOut } from "./held.mjs";
import * as picked from "./queries.mjs";

const { chromium } = createRequire(new URL("../browser/package.json", import.meta.url))("playwright-core");
const [site, current = "v3.7"] = process.argv.slice(2);
const pagefind = process.env.PAGEFIND;
if (!site || !pagefind) throw new Error("say `PAGEFIND=FOLDER node tests/search/compare.mjs SITE`");

const queries = process.env.QUERIES === "held" ? heldOut(site) : picked.queries;

// The pages of the current version alone, for pagefind; ours has all versions in its index.
const folder = mkdtempSync(join(tmpdir(), "recto-search-"));
const versions = JSON.parse(await readFile(join(site, "versions.json"), "utf8")).map(({ version }) => version);
for (const name of readdirSync(site)) {
  if (!versions.includes(name) && name !== "_") cpSync(join(site, name), join(folder, name), { recursive: true });
}
execFileSync(join(pagefind, "node_modules/.bin/pagefind"), ["--site", folder, "--root-selector", "article", "--quiet"], { stdio: "inherit" });

const types = { ".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".wasm": "application/wasm" };
const server = createServer(async (request, response) => {
  const [, kind, ...rest] = new URL(request.url, "http://localhost").pathname.split("/");
  const path = rest.join("/");
  if (path === "empty.html") return response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><button class=search-open data-root=/recto/>");
  const bytes = await readFile(join(kind === "recto" ? site : folder, decodeURIComponent(path))).catch(() => {});
  if (!bytes) return response.writeHead(404).end();
  moved += gzipSync(bytes, { level: 9 }).length;
  requests += 1;
  response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(bytes);
});
let moved = 0;
let requests = 0;
await new Promise(listening => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});
const script = /data-script="([^"]+)"/.exec(await readFile(join(site, "index.html"), "utf8"))[1];

/** Runs one query in a new page: the pages found, and what that cost. `again` is the time of a second one, when all is loaded. */
async function once(kind, query) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${origin}/${kind}/empty.html`);
  [moved, requests] = [0, 0];
  const result = await page.evaluate(
    async ([kind, query, script, current]) => {
      const start = performance.now();
      let search;
      if (kind === "recto") {
        await new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement("script"), { src: `/recto/${script}`, onload, onerror })));
        await rectoSearch.ready();
        const at = rectoSearch.list().v.findIndex(({ id }) => id === current);
        search = async () => {
          const found = await rectoSearch.find(query, at);
          return (await rectoSearch.show(found, at)).map(({ path }) => path);
        };
      } else {
        const pagefind = await import("/pagefind/pagefind/pagefind.js");
        search = async () => {
          const { results } = await pagefind.search(query);
          const data = await Promise.all(results.slice(0, 7).map(result => result.data()));
          return data.map(({ url }) => url.replace(/^\/pagefind\//, "").replace(/^\//, "").replace(/index\.html$/, ""));
        };
      }
      const paths = await search();
      const first = performance.now() - start;
      await search();
      return { paths, first, again: performance.now() - start - first };
    },
    [kind, query, script, current],
  );
  await context.close();
  return { ...result, moved, requests };
}

const middle = numbers => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const report = {};
for (const kind of ["recto", "pagefind"]) {
  const runs = [];
  for (const [group, query, ...answers] of queries) {
    const run = await once(kind, query);
    runs.push({ ...run, group, query, rank: run.paths.findIndex(path => answers.includes(path)) + 1 });
  }
  const groups = Object.fromEntries([...new Set(runs.map(({ group }) => group))].map(group => [group, measures(runs.filter(run => run.group === group).map(({ rank }) => rank))]));
  const of = key => ({ middle: Math.round(middle(runs.map(run => run[key]))), most: Math.round(Math.max(...runs.map(run => run[key]))) });
  report[kind] = { all: measures(runs.map(({ rank }) => rank)), groups, bytes: of("moved"), requests: of("requests"), first_ms: of("first"), again_ms: of("again") };
  for (const { group, query, rank, paths } of runs.filter(({ rank }) => rank !== 1)) console.log(`${kind}: ${group}: ${query}: ${rank || "not found"}; first ${paths.slice(0, 3).join(" ")}`);
}
console.log(JSON.stringify(report, null, 1));
if (process.env.REPORT) writeFileSync(resolve(process.env.REPORT), JSON.stringify(report, null, 1));
await browser.close();
server.close();
rmSync(folder, { recursive: true, force: true });
