// The search: it asks for the words of a query, ranks the sections that hold them, and shows them in a dialog.
//
// It comes when a reader first wants it. A classic script, and what it loads are classic scripts that hand themselves in, so that it also
// works in a page that is opened from disk. Queries, titles and texts stay texts: nothing is parsed as markup.
// The files, and how words are split, are those of Recto's `src/search/`.
"use strict";
(() => {
  const { root, version, style } = document.querySelector(".search-open").dataset;

  // Files: each is a script that calls `rectoSearch` with its name and what it holds.
  const files = {};
  const takers = {};
  let list;
  globalThis.rectoSearch = (name, value) => takers[name]?.(value);
  const load = name =>
    (files[name] ??= new Promise((resolve, reject) => {
      takers[name] = resolve;
      const script = document.createElement("script");
      script.src = `${root}_/search/${name}.js${list ? "?" + list.g : ""}`;
      script.onerror = () => reject(delete files[name]);
      document.head.append(script);
    }));

  const digit = (text, at) => {
    const code = text.charCodeAt(at);
    return code - 35 - (code > 92);
  };
  const numbers = text => {
    const all = [];
    let rest = 0;
    for (let at = 0; at < text.length; at++) {
      const next = digit(text, at);
      if (next < 60) all.push(rest * 60 + next);
      rest = next < 60 ? 0 : rest * 31 + next - 60;
    }
    return all;
  };
  // Words that share their beginnings; `skip` characters stand before the rest of each.
  const unfold = (text, skip) => {
    let before = "";
    return text.split(" ").map(entry => (before = before.slice(0, digit(entry, 0)) + entry.slice(skip)));
  };
  // The last of `starts` that is not after what is looked for.
  const place = (starts, after) => {
    let low = 0;
    for (let high = starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (after(starts[middle])) high = middle;
      else low = middle;
    }
    return low;
  };

  const ready = () =>
    load("list").then(value => {
      if (list) return;
      list = value;
      list.w = unfold(list.w, 1);
      list.d = unfold(list.d, 1);
      const starts = numbers(list.t);
      list.t = [];
      for (let at = 0, part = 0; at < starts.length; ) {
        part += starts[at] >> 1;
        list.t.push([part, starts[at++] & 1 ? starts[at++] : 0]);
      }
    });

  // Words.
  const dense = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const letter = `(?:(?![${dense}])[\\p{L}\\p{N}\\p{M}_])`;
  const runs = RegExp(`[${dense}]+|${letter}+(?:(?:-|(?<=\\p{N})\\.(?=\\p{N}))${letter}+)*`, "gu");
  const isDense = RegExp(`^[${dense}]`, "u");
  const pieces = /\p{Lu}[\p{Lu}\p{N}.]*s?(?!\p{Ll})|\p{Lu}?[^\p{Lu}_-]+|\p{Lu}/gu;
  const plain = text => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC");
  const fold = text => plain(text).toLowerCase();
  // The words of a text, and where each begins and ends; `extra` ones are made of those before.
  const split = text => {
    const found = [];
    for (const { 0: run, index } of text.matchAll(runs)) {
      const dense = isDense.test(run);
      const parts = [...run.matchAll(dense ? /(?=(..?))./gsu : pieces)].map(({ 0: part, 1: pair = part, index: at }) => ({
        word: fold(pair),
        start: index + at,
        end: index + at + pair.length,
      }));
      if (dense && parts[1]) parts.pop();
      found.push(...parts);
      if (!dense && parts[1]) found.push({ word: parts.map(({ word }) => word).join(""), start: index, end: index + run.length, extra: true });
    }
    return found;
  };
  // The words of a query. `extra` ones make a result better, and are not missed; the last one may not be whole yet.
  const termsOf = query => {
    const terms = new Map();
    const text = plain(query).replace(/[\x27’]s(?![\p{L}\p{N}_])/gu, "");
    for (const { word, end, extra } of split(text)) if (!terms.has(word)) terms.set(word, { word: word.slice(0, 40), open: end === text.length, extra });
    return [...terms.values()].slice(0, 16);
  };

  const shard = async no => {
    const file = await load("w" + no);
    let highest = 0;
    if (!file.words) {
      file.words = unfold(file[0], 1);
      file.groups = numbers(file[1]).map(back => (back ? highest - back : highest++));
      file.lists = file[2].split(" ");
    }
    return file;
  };

  // How many letters must change, be added, left out or change places; 99 where that is more than `most`.
  const distance = (a, b, most) => {
    let before;
    let row = [...Array(b.length + 1).keys()];
    for (let i = 0; i < a.length && Math.abs(a.length - b.length) <= most; i++) {
      const next = [i + 1];
      for (let j = 0; j < b.length; j++) {
        const swapped = i && j && a[i] === b[j - 1] && a[i - 1] === b[j];
        next[j + 1] = Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] !== b[j]), swapped ? before[j - 1] + 1 : 99);
      }
      if (Math.min(...next) > most) break;
      [before, row] = [row, next];
      if (i === a.length - 1) return row[b.length];
    }
    return 99;
  };

  // Takes into `term` the groups of words that `weigh` gives a weight, from the files that hold words between `from` and `to`.
  const take = async (term, from, to, weigh) => {
    const at = word => place(list.w, bound => bound > word);
    const first = at(from);
    const last = Math.min(at(to), first + 1);
    const shards = await Promise.all(Array.from({ length: last - first + 1 }, (_, no) => shard(first + no)));
    for (const { words, groups, lists } of shards) {
      const weights = [];
      words.forEach((word, no) => {
        const weight = word >= from && word <= to ? weigh(word) : 0;
        if (weight > (weights[groups[no]] ?? 0)) weights[groups[no]] = weight;
      });
      words.forEach((word, no) => weights[groups[no]] && term.forms.add(word));
      weights.forEach((weight, group) => {
        const known = term.lists.get(lists[group]) ?? 0;
        term.lists.set(lists[group], Math.max(known, weight));
      });
    }
  };
  const lookUp = async term => {
    const { word, open } = term;
    const begins = (start, weight) => take(term, start, start + "\uffff", other => (other === word ? 1 : weight(other)));
    term.lists = new Map();
    term.forms = new Set();
    if (open && (word.length > 1 || isDense.test(word))) await begins(word, other => (0.7 * word.length) / other.length);
    else await take(term, word, word, () => 1);
    if (term.extra || word.length < 4) return;
    // Words that are made of the same one, as `creation` of `create`; they count less, but where nobody wrote this one.
    const stem = word.replace(/(?:(?:(?<=....)at)?ions?|ings?|ers?|ors?|ments?|ed|es|ly|s|e|y)$/, "");
    const weight = term.lists.size ? 0.3 : 0.7;
    if (stem !== word && stem.length > 3) await begins(stem, other => (other.length < stem.length + 6 ? weight : 0));
    // A word that is next to nowhere may be another one, typed wrong.
    const count = [...term.lists.keys()].reduce((sum, text) => sum + numbers(text)[0], 0);
    if (count > 2 || (count && word.length < 8)) return;
    const most = word.length < 8 ? 1 : 2;
    const guesses = [word, word[1] + word[0] + word.slice(2), word.slice(1)];
    const names = new Set(guesses.map(guess => "d" + place(list.d, bound => bound > guess)));
    const found = [];
    for (const text of await Promise.all([...names].map(load))) {
      const common = text.split(" ").map(entry => digit(entry, 1));
      unfold(text, 2).forEach((other, no) => {
        let far = distance(word, other, most);
        if (open && other.length > word.length) far = Math.min(far, distance(word, other.slice(0, word.length), 1) + 0.5);
        if (far && far <= most) found.push([far * 4 - common[no] / 4, other]);
      });
    }
    found.sort(([a], [b]) => a - b);
    term.typo = true;
    await Promise.all(found.slice(0, 4).map(([, other], no) => take(term, other, other, () => 0.8 / (1 + no))));
  };

  // The sections that hold most of the query's words, the best first, in the version number `wanted`; and how many there are in each version.
  // Where that has none, the nearest are given.
  const find = async (query, wanted) => {
    await ready();
    const terms = termsOf(query);
    await Promise.all(terms.map(lookUp));
    // For each section, by its part and number, what each word counts there.
    const places = new Map();
    let whole = 0;
    terms.forEach((term, no) => {
      const lists = [...term.lists].map(([text, weight]) => [numbers(text), weight]);
      term.worth = Math.log(1 + list.n / (1 + lists.reduce((sum, [[count]]) => sum + count, 0)));
      if (!term.extra) whole += term.worth;
      for (const [all, weight] of lists) {
        for (let i = 1, part = 0; i < all.length; ) {
          part += all[i++];
          for (let key = part * 8192, last; !last; i += 2) {
            key += all[i] >> 1;
            last = all[i] & 1;
            let values = places.get(key);
            if (!values) places.set(key, (values = Array(terms.length).fill(0)));
            values[no] = Math.max(values[no], (weight * term.worth * all[i + 1]) / 16);
          }
        }
      }
    });
    const hits = [];
    const counts = list.v.map(() => 0);
    for (const [key, values] of places) {
      const section = key % 8192;
      const part = (key - section) / 8192;
      // Number 0 is the title of the page, which counts a little for all of its sections.
      if (!section) continue;
      const title = places.get(key - section);
      let score = 0;
      let matched = 0;
      terms.forEach(({ extra, worth }, no) => {
        const value = Math.max(values[no], title ? 0.3 * title[no] : 0);
        score += value;
        if (value && !extra) matched += worth / whole;
      });
      const good = matched > 0.55;
      const versions = list.s[place(list.f, first => first > part)];
      if (good) for (const version of versions) counts[version]++;
      if (versions.includes(wanted)) hits.push({ part, section, good, score: score * matched ** 2 });
    }
    hits.sort((a, b) => b.score - a.score || a.part - b.part || a.section - b.section);
    return { terms, counts, hits: counts[wanted] ? hits.filter(({ good }) => good) : hits.slice(0, 8) };
  };

  // For each character of a text, the word of the query that it belongs to.
  const marksOf = (text, terms) => {
    const marks = Array(text.length).fill();
    for (const { word, start, end } of split(text)) {
      const term = terms.find(({ word: asked, forms, open, typo }) => forms.has(word) || (open && !typo && word.startsWith(asked)));
      if (term) marks.fill(term, start, end);
    }
    return marks;
  };

  // The sentence of a text with most of the words, and what follows it, in two or three lines.
  const excerptOf = (text, terms) => {
    let best = -1;
    let start, at;
    for (const sentence of text.split(/(?<=[.!?])\s|(?<=[。！？])|\n/u)) {
      const from = text.indexOf(sentence, at);
      at = from + sentence.length;
      const marks = marksOf(sentence, terms);
      const worth = [...new Set(marks)].reduce((sum, term) => sum + (term?.worth ?? 0), 0);
      if (worth <= best) continue;
      best = worth;
      const first = marks.findIndex(term => term);
      start = from + (sentence.length > 170 && first > 60 ? sentence.indexOf(" ", first - 60) + 1 : 0);
    }
    const shown = text.slice(start, start + 170);
    return (/[^.!?\n。]\s$/.test(text.slice(0, start)) ? "… " : "") + (text[start + 170] ? shown.replace(/\s\S*$/, " …") : shown);
  };

  // The texts of what is found, by page, the best first: of the next parts among `hits`, which are taken out.
  const show = async ({ terms, hits }, query, wanted) => {
    const parts = new Set();
    let count = 0;
    // Where texts come in large files, fewer are asked for at a time.
    while (count < hits.length && count < 60 && parts.add(hits[count].part).size < (list.t.length > 3000 ? 5 : 6)) count++;
    const some = hits.splice(0, count);
    const places = some.map(({ part, section }) => place(list.t, ([from, first]) => from > part || (from === part && first > section)));
    const texts = Object.fromEntries(await Promise.all([...new Set(places)].map(async no => [no, await load("t" + no)])));
    const pages = new Map();
    const asked = fold(query).replace(/\s+/g, " ").trim();
    some.forEach((hit, no) => {
      const part = texts[places[no]].find(({ n, f, x }) => n === hit.part && f <= hit.section && hit.section < f + x.length);
      if (!part) return;
      const [id, title, text] = part.x[hit.section - part.f];
      const path = list.v[wanted].prefix + (part.m?.find(([version]) => version === wanted)?.[1] ?? part.u);
      // What the query says letter for letter.
      const heading = fold(title || part.t);
      if (heading === asked) hit.score *= 1.6;
      else if (heading.includes(asked)) hit.score *= 1.15;
      if (fold(text).includes(asked)) hit.score *= 1.2;
      if (!pages.has(path)) pages.set(path, { path, title: part.t, versions: list.s[part.s], sections: [] });
      pages.get(path).sections.push({ id, title, text, score: hit.score });
    });
    const best = list => list.sort((a, b) => b.score - a.score);
    // The best section, and a little for each other one.
    for (const page of pages.values()) {
      page.sections = best(page.sections).slice(0, 4);
      page.score = page.sections.reduce((sum, { score }, no) => sum + score * (no ? 0.15 : 1), 0);
    }
    return best([...pages.values()]);
  };

  // The dialog.
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children.filter(child => child));
    return element;
  };
  // Storage may be forbidden.
  let store = {};
  try {
    store = localStorage;
  } catch {}
  const recent = () => (store["recto:searches"] ?? "").split("\n").filter(query => query);

  // A text with its words marked; nothing of it is markup.
  const marked = text => {
    const marks = marksOf(text, found.terms);
    const parts = [];
    for (let at = 0, end = 0; at < text.length; at = end) {
      while (end < text.length && !marks[end] === !marks[at]) end++;
      const textContent = text.slice(at, end);
      parts.push(marks[at] ? make("mark", { textContent }) : textContent);
    }
    return parts;
  };

  let dialog, input, status, results, more, others, scope, active, found, wanted, turn;
  const options = () => [...results.querySelectorAll("[role=option]")];
  const activate = option => {
    active?.removeAttribute("aria-selected");
    active = option;
    active?.setAttribute("aria-selected", true);
    active?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", active?.id ?? "");
  };
  const add = (head, entries) => {
    const group = make("div", { role: "group" }, make("div", { role: "presentation" }, ...head), ...entries);
    group.ariaLabel = group.firstChild.firstChild.textContent;
    results.append(group);
    options().forEach((option, no) => (option.id = "r:option-" + no));
    results.hidden = false;
    input.ariaExpanded = true;
  };
  const clear = text => {
    activate();
    results.replaceChildren();
    others.replaceChildren();
    results.hidden = more.hidden = true;
    input.ariaExpanded = false;
    status.textContent = text;
  };
  const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });

  // The address of the page says what is searched for, so that it can be sent to others.
  const say = query => {
    try {
      const url = new URL(location);
      url.searchParams.delete("q");
      if (query) url.searchParams.set("q", query);
      history.replaceState(history.state, "", url);
    } catch {}
  };

  const addPages = async (query, own) => {
    const pages = await show(found, query, wanted);
    if (own !== turn) return;
    for (const { path, title, versions, sections } of pages) {
      const names = versions.filter(no => no !== wanted).map(no => list.v[no].title);
      const rest = names.length > 3 ? ` +${names.splice(2).length}` : "";
      const links = sections.map(({ id, title, text }) =>
        make(
          "a",
          { role: "option", tabIndex: -1, href: root + path + list.e + (id && "#" + encodeURIComponent(id)), onclick: follow },
          title && make("b", {}, ...marked(title)),
          make("span", {}, ...marked(excerptOf(text, found.terms))),
        ),
      );
      add([make("span", {}, ...marked(title)), names.length && make("small", { textContent: "Also in " + names.join(", ") + rest })], links);
    }
    more.hidden = !found.hits.length;
  };
  const run = async () => {
    const own = (turn = {});
    const query = input.value.trim();
    say(query);
    try {
      await ready();
      if (wanted === undefined) {
        const no = list.v.findIndex(({ id }) => id === version);
        wanted = no < 0 ? list.c : no;
        scope.append(...list.v.map(({ title }, value) => make("option", { value, textContent: title })));
        scope.value = wanted;
        scope.hidden = !list.v[1];
      }
      const next = await find(query, wanted);
      if (own !== turn) return;
      found = next;
      const { counts, hits } = found;
      const count = counts[wanted];
      clear(!query ? "" : count ? `${count} result${count > 1 ? "s" : ""}` : hits.length ? "Nearest results" : "Nothing found");
      const entry = query => make("div", { role: "option", textContent: query, onclick: () => ask(query) });
      if (!query && recent().length) add(["Recent searches"], recent().map(entry));
      const better = list.v.flatMap(({ title }, no) => (counts[no] > count ? button(`${title} (${counts[no]})`, () => ask(query, no)) : []));
      if (better[0]) others.append("In other versions:", ...better.slice(0, 4));
      await addPages(query, own);
      if (query && own === turn) activate(options()[0]);
    } catch {
      if (own === turn) clear("The search could not be loaded.");
    }
  };
  const ask = (query, no = wanted) => {
    input.value = query;
    scope.value = wanted = no;
    input.focus();
    run();
  };
  const follow = ({ currentTarget }) => {
    const query = input.value.trim();
    store["recto:searches"] = [query, ...recent().filter(other => other !== query)].slice(0, 5).join("\n");
    // On the same page nothing is loaded: the dialog makes room.
    if (currentTarget.pathname === location.pathname) dialog.close();
  };

  const build = () => {
    let timer;
    const oninput = () => (clearTimeout(timer), (timer = setTimeout(run, 90)));
    const onkeydown = event => {
      const { key, isComposing } = event;
      const all = options();
      const at = all.indexOf(active);
      const to = { ArrowDown: at + 1, ArrowUp: at < 1 ? all.length - 1 : at - 1 }[key];
      if (isComposing || !all.length || (to === undefined && (key !== "Enter" || !active))) return;
      event.preventDefault();
      if (to === undefined) active.click();
      else if (to === all.length && !more.hidden) more.click();
      else activate(all[to % all.length]);
    };
    input = make("input", { role: "combobox", placeholder: "Search", ariaLabel: "Search", autocomplete: "off", spellcheck: false, maxLength: 200, oninput, onkeydown });
    input.setAttribute("aria-controls", "r:results");
    scope = make("select", { ariaLabel: "Version", hidden: true, onchange: () => ask(input.value, +scope.value) });
    status = make("p", { role: "status" });
    results = make("div", { id: "r:results", role: "listbox", ariaLabel: "Results" });
    others = make("div", { className: "others" });
    more = button("More results", async () => {
      const { length } = options();
      input.focus();
      await addPages(input.value.trim(), turn);
      activate(options()[length]);
    });
    const slash = make("input", { type: "checkbox", checked: store["recto:slash"] !== "off", onchange: () => (store["recto:slash"] = slash.checked ? "on" : "off") });
    dialog = make(
      "dialog",
      { className: "search", ariaLabel: "Search", onclose: () => say() },
      make("div", { className: "field" }, input, scope, button("Close", () => dialog.close())),
      make("div", { className: "found" }, status, others, results, more),
      make("footer", {}, make("label", {}, slash, "Open the search with /")),
    );
    // A click beside it closes it.
    dialog.onclick = ({ target }) => {
      if (target === dialog) dialog.close();
    };
    document.body.append(dialog);
  };

  // Opens the dialog, with a query or the last one.
  const open = async query => {
    if (!dialog) {
      build();
      await new Promise(onload => document.head.append(make("link", { rel: "stylesheet", href: style, onload, onerror: onload })));
    }
    if (!dialog.open) dialog.showModal();
    input.value = query ?? input.value;
    input.select();
    run();
  };
  ready().catch(() => {});

  Object.assign(rectoSearch, { open, find, show, ready, list: () => list });
})();
