// Queries over a built site that nobody picked and nothing was tuned with: drawn by a rule, with the pages that answer each.
//
// The rule was fixed before its results were seen, and stays: from the Markdown of the current version's pages, in a shuffle that is the
// same in each run, `COUNT` queries of each kind:
//
// - `heading`: a heading below the title, of three words or more, whole. Answers: pages that have this heading.
// - `words`: three different words of five letters or more from one sentence. Answers: pages with a section that has all three.
// - `name`: code between backticks, one word with a joint in it (`_`, `-`, `.` or a capital), on at most three pages. Answers: these.
// - `typo`: a word of seven letters or more from a title, with one typing error anywhere. Answers: pages with this word in title or heading.
// - `form`: a word of five letters or more from a title in another form (`ing`, `ed` or `s` put on or taken off). Answers: as above.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { mistyped, random } from "./draw.mjs";

const COUNT = 20;

/** [kind, query, answers…], as in `queries.mjs`. */
export function heldOut(site) {
  const versions = JSON.parse(readFileSync(join(site, "versions.json"), "utf8")).map(({ version }) => version);
  const names = readdirSync(site, { recursive: true }).filter(name => /(^|\/)index\.md$/.test(name) && !versions.includes(name.split("/")[0]) && !name.startsWith("changelog"));
  const pages = names.sort().map(name => {
    const text = readFileSync(join(site, name), "utf8").replace(/^---\n[\s\S]*?\n---\n/, "");
    const names = [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`([A-Za-z][\w.-]{5,40})`/g)].map(([, name]) => name).filter(name => /[a-z][A-Z]|[\w][_.-]\w/.test(name));
    const sections = [];
    for (const line of text.replace(/^```[\s\S]*?^```/gm, "").split("\n")) {
      const heading = /^#{1,4} +(.+?)(?: *\{#.*\})?$/.exec(line)?.[1].replace(/[`*]|\[([^\]]*)\]\([^)]*\)/g, "$1");
      if (heading || !sections[0]) sections.push({ heading: heading ?? "", text: "" });
      else sections.at(-1).text += line.replace(/\]\([^)]*\)|`[^`]*`|<[^>]*>/g, " ") + "\n";
    }
    return { path: name.replace(/index\.md$/, ""), title: sections.find(({ heading }) => heading)?.heading ?? "", sections, names };
  });
  const draw = random(2026);
  const words = (text, least) => [...new Set(text.toLowerCase().match(/\b[a-z]+\b/g)?.filter(word => word.length >= least))];
  const of = holds => pages.filter(holds).map(({ path }) => path);
  const headed = word => of(({ title, sections }) => [title, ...sections.map(({ heading }) => heading)].some(text => words(text, 1).includes(word)));
  const pick = list => list[Math.floor(draw() * list.length)];
  const found = [];
  const collect = (kind, make) => {
    const seen = new Set();
    for (let tries = 0; seen.size < COUNT && tries < 4000; tries++) {
      const [query, answers] = make(pick(pages)) || [];
      if (!query || !answers[0] || seen.has(query)) continue;
      seen.add(query);
      found.push([kind, query, ...answers]);
    }
  };
  collect("heading", page => {
    const { heading } = pick(page.sections.filter(({ heading }) => heading !== page.title)) ?? {};
    return heading && words(heading, 1).length >= 3 && [heading, of(({ sections }) => sections.some(other => other.heading === heading))];
  });
  collect("words", page => {
    const sentence = words(pick(pick(page.sections)?.text.split(/[.!?\n]\s/) ?? []) ?? "", 5);
    if (sentence.length < 3) return;
    const three = new Set();
    while (three.size < 3) three.add(pick(sentence));
    return [[...three].join(" "), of(({ sections }) => sections.some(({ heading, text }) => [...three].every(word => words(`${heading}\n${text}`, 5).includes(word))))];
  });
  collect("name", page => {
    const name = pick(page.names);
    const on = of(({ names }) => names.includes(name));
    return name && on.length <= 3 && [name, on];
  });
  collect("typo", page => {
    const word = pick(words(page.title, 7));
    return word && [mistyped(word, draw), headed(word)];
  });
  collect("form", page => {
    const word = pick(words(page.title, 5));
    const stem = word?.replace(/(ing|ed|s)$/, "");
    return word && [stem === word ? word.replace(/e$/, "") + pick(["ing", "ed"]) : stem, headed(word)];
  });
  return found;
}
