// Finds what a reader may have meant whose address leads nowhere: the same address in other versions, and addresses that look like it.
//
// The list of addresses hands itself in by an event. What is shown are titles and addresses of the site's own, as texts; of the
// address that was asked for nothing is shown, and nothing leads there.
"use strict";
(() => {
  const most = 5;
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const base = new URL(document.documentElement.dataset.root, location.href);
  const decoded = text => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  // The parts of an address, as people would type them.
  const parts = path => path.split("/").filter(Boolean).map(part => decoded(part).normalize("NFC").toLowerCase());

  // The least of insertions, removals and exchanges (Levenshtein), each weighed by `cost`.
  const distance = (a, b, cost, gap) => {
    let row = Array.from({ length: b.length + 1 }, (_, at) => at * gap);
    for (const one of a) {
      const next = [row[0] + gap];
      for (let at = 0; at < b.length; at++) next.push(Math.min(next[at] + gap, row[at + 1] + gap, row[at] + cost(one, b[at])));
      row = next;
    }
    return row[b.length];
  };
  // How unlike two parts are, from 0 to 1. The same words in another order, or with other marks between them, are alike.
  const known = new Map();
  const unlike = (a, b) => {
    if (a === b) return 0;
    const key = `${a}/${b}`;
    if (!known.has(key)) {
      const words = part => part.split(/[-_. ]+/).sort().join("-");
      const letters = (a, b) => distance([...a].slice(0, 80), [...b].slice(0, 80), (a, b) => Number(a !== b), 1) / Math.max(a.length, b.length);
      known.set(key, Math.min(letters(a, b), words(a) === words(b) ? 0.1 : 1));
    }
    return known.get(key);
  };

  document.addEventListener("recto:addresses", ({ detail: { versions, sets, pages } }) => {
    const box = document.querySelector(".lost");
    const asked = parts(location.pathname.slice(base.pathname.length).replace(/(index)?\.(html?|md)$/i, ""));
    const ids = versions.map(([id]) => id.toLowerCase());
    const version = ids.indexOf(asked[0]);
    const wanted = version < 0 ? asked : asked.slice(1);
    let path = "";
    const found = [];
    for (const [shared, rest, set, title] of pages) {
      path = path.slice(0, shared) + rest;
      const own = parts(path);
      const score = distance(wanted, own, unlike, 0.7);
      // What comes before may name a version which is not there any more, or a folder that went.
      const more = wanted.length - own.length;
      const tail = own.length && more > 0 ? distance(wanted.slice(more), own, unlike, 0.7) + 0.3 * more : score;
      found.push({ path, title, versions: sets[set], score: Math.min(score, tail) });
    }
    const same = found.filter(({ score }) => score === 0);
    const near = found.filter(({ score }) => score > 0 && score < Math.min(1.2, 0.2 + 0.35 * wanted.length));
    near.sort((a, b) => a.score - b.score || a.path.length - b.path.length);
    const likely = near.filter(({ score }) => score < near[0].score + 0.35).slice(0, most);
    // Of a page in several versions, that of the reader's own, else of the current one, else of the newest.
    const current = versions.findIndex(([, , prefix]) => !prefix);
    const link = ({ path, title, versions: has }, only) => {
      const no = only ?? ([version, current].find(no => has.includes(no)) ?? has[0]);
      const [, name, prefix] = versions[no];
      const href = new URL(prefix + path, base);
      return make("li", {}, make("a", { href: href.href, textContent: title }), make("p", {}, make("span", { textContent: decoded(href.pathname) }), name && make("small", { textContent: name })));
    };
    const section = (title, items) => items.length && make("section", {}, make("h2", { textContent: title }), make("ul", { className: "cards" }, ...items));
    const others = same.flatMap(page => page.versions.filter(no => no !== version).map(no => link(page, no)));
    const sections = [section("In other versions", others.slice(0, 9)), section("Perhaps you meant", likely.map(page => link(page)))];
    box.querySelector(".versions")?.before(...sections.filter(Boolean));
    if (!box.querySelector(".versions")) box.append(...sections.filter(Boolean));
    box.classList.add("live");
  });
})();
