// What the search costs a reader of a large site, and whether it finds what it is asked for.
//
//     node tests/search/scale.mjs SITE [SCRIPT]
//
// SITE is a built site, best one of 10,000 pages; SCRIPT another file of the script than the one it has. Queries are drawn by a rule from the
// site's own Markdown: from pages at equal distances, each the same number of every kind. Each query is a reader's first; then it is typed
// again, key by key, by a reader who has made it. Printed by kind of query: bytes after `gzip -9`, rounds of requests after the list, and how
// often the page that the query was drawn from is among the first that are shown. By hand, not with the tests: its figures are of the machine.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { open } from "./engine.mjs";
import { mistyped, random } from "./draw.mjs";

const [site, script] = process.argv.slice(2);
if (!site) throw new Error("say `node tests/search/scale.mjs SITE`");
/** How many queries of each kind. */
const COUNT = 40;

/** Sections of a page's Markdown: its headings, with the words of the prose below each. */
function sections(text) {
  const found = [];
  for (const line of text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").split("\n")) {
    const heading = /^#{1,4} (.+)$/.exec(line);
    if (heading) found.push({ heading: heading[1].replace(/[`*]/g, ""), words: [] });
    else if (!line.startsWith("|")) found.at(-1)?.words.push(...(line.replace(/\]\([^)]*\)|`[^`]*`/g, " ").match(/\b[a-z]{4,}\b/g) ?? []));
  }
  return found.filter(({ words }) => words.length > 20);
}

const pages = readdirSync(site, { recursive: true }).filter(name => /(^|\/)index\.md$/.test(name)).sort();
const draw = random(1);
const pick = list => list[Math.floor(draw() * list.length)];
const queries = [];
for (let no = 0; no < COUNT; no++) {
  const name = pages[Math.floor(((no + 0.5) * pages.length) / COUNT)];
  const all = sections(readFileSync(join(site, name), "utf8"));
  if (!all.length) continue;
  const { heading, words } = pick(all);
  const long = words.filter(word => word.length > 6);
  const path = name.replace(/index\.md$/, "");
  const three = new Set();
  while (three.size < 3) three.add(pick(words));
  queries.push(["heading", heading, path], ["word", pick(words), path], ["two", [...three].slice(0, 2).join(" "), path], ["three", [...three].join(" "), path]);
  const word = pick(long.length ? long : words);
  queries.push(["typo", mistyped(word, draw), path, word], ["start", word.slice(0, 4), path, word]);
}

const quantile = (numbers, part) => numbers.sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(part * numbers.length))];
const kinds = { list: "list", w: "words", d: "spellings", t: "texts" };
const rows = {};
const dearest = [];
for (const [kind, query, path, meant] of queries) {
  const reader = open(site, "", script);
  const { terms, pages } = await reader.search(query);
  const row = (rows[kind] ??= { bytes: [], rounds: [], first: [], key: [], found: 0, count: 0 });
  const files = Object.entries(reader.loaded);
  const bytes = files.reduce((sum, [, file]) => sum + file.bytes, 0);
  dearest.push([bytes, kind, query, files.map(([path, { bytes, round }]) => `${round}:${path.match(/(\w+)\.js/)[1]}=${bytes}`).join(" ")]);
  row.bytes.push(bytes);
  for (const [letter, name] of Object.entries(kinds)) {
    (row[name] ??= []).push(files.filter(([path]) => path.includes(`/${letter}`)).reduce((sum, [, file]) => sum + file.bytes, 0));
  }
  row.rounds.push(Math.max(...files.map(([, { round }]) => round)) - 1);
  row.first.push(reader.cost());
  // A typo or a beginning has found its word; it is no longer one page that is looked for.
  row.found += meant ? [...terms].some(({ forms }) => forms.has(meant)) : pages.some(page => page.path === path);
  row.count += 1;
  // Keys, from the third on, in a session that goes on.
  for (let end = Math.min(3, query.length); end <= query.length; end++) {
    await reader.search(query.slice(0, end));
    row.key.push(reader.cost());
  }
}
const kb = numbers => (quantile(numbers, 0.5) / 1000).toFixed(1);
const ms = numbers => `${quantile(numbers, 0.5).toFixed(0)}/${quantile(numbers, 0.95).toFixed(0)}/${Math.max(...numbers).toFixed(0)}`;
console.log("kB: middle, of which list + words + spellings + texts; 95 of 100, most. Rounds: middle, most. ms: middle, 95 of 100, most.");
for (const [kind, row] of Object.entries(rows)) {
  console.log(
    [
      kind.padEnd(8),
      `${kb(row.bytes)} = ${Object.values(kinds).map(name => kb(row[name])).join(" + ")}; ${(quantile(row.bytes, 0.95) / 1000).toFixed(1)}, ${(Math.max(...row.bytes) / 1000).toFixed(1)} kB`,
      `rounds ${quantile(row.rounds, 0.5)}, ${Math.max(...row.rounds)}`,
      `first ${ms(row.first)} ms`,
      `key ${ms(row.key)} ms`,
      `found ${row.found}/${row.count}`,
    ].join("  "),
  );
}
dearest.sort(([a], [b]) => b - a);
for (const [bytes, ...rest] of dearest.slice(0, 3)) console.log(bytes, ...rest);
const names = readdirSync(join(site, "_/search"));
console.log(`${names.length} files: ${Object.entries(kinds).map(([letter, name]) => `${names.filter(file => file.startsWith(letter)).length} ${name}`).join(", ")}`);
