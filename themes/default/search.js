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
  // How many were asked for lately.
  let asked;
  globalThis.rectoSearch = (name, value) => takers[name]?.(value);
  const load = name =>
    (files[name] ??= new Promise((resolve, reject) => {
      asked++;
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
    for (let at = 0, rest = 0; at < text.length; at++) {
      const next = digit(text, at);
      if (next < 60) all.push(rest * 60 + next);
      rest = next < 60 ? 0 : rest * 31 + next - 60;
    }
    return all;
  };
  // Words that share their beginnings; `skip` characters stand before the rest of each.
  const unfold = (text, skip, each = word => word) => {
    let before = "";
    return text.split(" ").map(entry => each((before = before.slice(0, digit(entry, 0)) + entry.slice(skip)), entry));
  };
  // The last of `starts` that is not above a value.
  const place = (starts, value) => {
    let low = 0;
    for (let high = starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (starts[middle] > value) high = middle;
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
      for (let at = 0, part = 0; at < starts.length; at += 2) list.t.push((part += starts[at]) * 8192 + starts[at + 1]);
    });

  // Words.
  const dense = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const letter = `(?:(?![${dense}])[\\p{L}\\p{N}\\p{M}_])`;
  const runs = RegExp(`([${dense}]+)|${letter}+(?:(?:-|(?<=\\p{N})\\.(?=\\p{N}))${letter}+)*`, "gu");
  const pieces = /\p{Lu}[\p{Lu}\p{N}.]*s?(?!\p{Ll})|\p{Lu}?[^\p{Lu}_-]+|\p{Lu}/gu;
  const plain = text => (/^[\0-~]*$/.test(text) ? text : text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC"));
  const fold = text => plain(text).toLowerCase();
  // The words of a text, and where each begins and ends; `extra` ones are made of those before.
  const split = text => {
    const found = [];
    for (const { 0: run, 1: dense, index } of text.matchAll(runs)) {
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

  // Words, and for each the list of its sections, read once; forms of one word have one list.
  const shard = async no => {
    const file = await load("w" + no);
    let highest = 0;
    if (!file.words) {
      const lists = file[2].split(" ").map(numbers);
      file.words = unfold(file[0], 1);
      file.lists = numbers(file[1]).map(back => lists[back ? highest - back : highest++]);
    }
    return file;
  };
  const at = word => place(list.w, word);

  // How many letters must change, be added, left out or change places; more than `most` is not counted to its end.
  const distance = (a, b, most) => {
    let before;
    let row = [...Array(b.length + 1).keys()];
    if (Math.abs(a.length - b.length) > most) return 99;
    for (let i = 0; i < a.length; i++) {
      const next = [i + 1];
      let least = 99;
      for (let j = 0; j < b.length; j++) {
        const swapped = i && j && a[i] === b[j - 1] && a[i - 1] === b[j];
        next[j + 1] = Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] !== b[j]), swapped ? before[j - 1] + 1 : 99);
        least = Math.min(least, next[j + 1]);
      }
      if (least > most) return least;
      [before, row] = [row, next];
    }
    return row[b.length];
  };

  // Finds the words that are meant by a word of the query. What holds them is asked for at once.
  const lookUp = async (term, no, { length }) => {
    const { word, open, extra } = term;
    const begins = open && (word[1] || word > "z");
    // Words that are made of the same one, as `creation` of `create`.
    const stem = extra ? word : word.replace(/(?<=....)(?:(?:at)?ions?|ings?|[eo]rs?|ments?|e[ds]?|l?y|s)$/, "");
    const names = new Set([at(word), at(stem)]);
    if (begins && length < 3) names.add(Math.min(at(word) + 1, at(word + "\uffff")));
    const spelled = word => "d" + place(list.d, word);
    // A word by itself may have an error, and has room for what tells.
    if (length < 2) load(spelled(word)).catch(() => {});
    const shards = await Promise.all([...names].map(shard));
    const lists = (term.lists = new Map());
    const forms = (term.forms = new Set());
    term.count = 0;
    // Takes the words to which `weigh` gives a weight.
    const take = (shards, weigh) => {
      for (const file of shards) {
        file.words.forEach((other, no) => {
          const weight = weigh(other);
          const all = file.lists[no];
          if (!weight) return;
          if (!lists.has(all)) term.count += all[0] >> 1;
          lists.set(all, Math.max(lists.get(all) ?? 0, weight));
        });
        file.words.forEach((other, no) => lists.has(file.lists[no]) && forms.add(other));
      }
    };
    take(shards, other => (other === word ? 1 : begins && other.startsWith(word) && (0.7 * word.length) / other.length));
    // They count less, but where nobody wrote this one.
    const weight = lists.size ? 0.3 : 0.7;
    if (stem !== word) take(shards, other => !forms.has(other) && other.startsWith(stem) && other.length < stem.length + 6 && weight);
    // A word that is next to nowhere may be another one, typed wrong.
    if (extra || word.length < 4 || term.count > 2 || (term.count && word.length < 8)) return;
    const most = word.length < 8 ? 1 : 2;
    const found = new Map();
    let near;
    const compare = (other, common) => {
      let far = distance(word, other, most);
      if (open && other.length > word.length) far = Math.min(far, distance(word, other.slice(0, word.length), 1) + 0.5);
      if (far && far <= most) found.set(other, far * 4 - common / 4);
      near ||= far === 1;
    };
    // Its neighbours are there already; an error near its beginning leads away from them.
    for (const { words, lists } of shards) words.forEach((other, no) => compare(other, Math.log2(lists[no][0])));
    for (const guess of [word, word.slice(1)]) if (!near) unfold(await load(spelled(guess)), 2, (other, entry) => compare(other, digit(entry, 1)));
    term.typo = true;
    const likely = [...found].sort(([, a], [, b]) => a - b).slice(0, 3);
    await Promise.all(likely.map(async ([other], no) => take([await shard(at(other))], word => word === other && 0.8 / (1 + no))));
  };

  // The sections that hold most of the query's words, the best first, in the version number `wanted`; and how many there are in each version.
  // Where that has none, the nearest are given.
  const find = async (query, wanted) => {
    await ready();
    asked = 0;
    const terms = termsOf(query);
    await Promise.all(terms.map(lookUp));
    // For each section, by its part and number, where what each word counts there stands in `values`.
    const places = new Map();
    const values = [];
    const put = (key, no, value) => {
      let from = places.get(key);
      if (from === undefined) {
        places.set(key, (from = values.length));
        terms.forEach(() => values.push(0));
      }
      if (values[from + no] < value) values[from + no] = value;
    };
    let whole = 0;
    terms.forEach((term, no) => {
      term.worth = Math.log(1 + list.n / (1 + term.count));
      if (!term.extra) whole += term.worth;
      for (const [all, weight] of term.lists) {
        const unit = (weight * term.worth) / 16;
        let i = 1, part = 0;
        for (let runs = all[0] & 1 ? all[i++] : -1; runs-- && i < all.length; ) {
          part += all[i++];
          for (let key = part * 8192, last; !last; i += 2) {
            key += all[i] >> 1;
            last = all[i] & 1;
            put(key, no, unit * all[i + 1]);
          }
        }
        // In these parts it is somewhere.
        for (part = 1; i < all.length; ) put((part += all[i++]) * 8192 - 1, no, unit * 4);
      }
    });
    const hits = [];
    const counts = list.v.map(() => 0);
    for (const [key, from] of places) {
      const section = key % 8192;
      const part = (key - section) / 8192;
      // Number 0 is the title of the page, which counts a little for all of its sections, as does what is somewhere.
      if (!section) continue;
      const title = places.get(key - section);
      const loose = places.get(part * 8192 + 8191);
      const exact = section < 8191 && section;
      let score = 0, matched = 0;
      terms.forEach(({ extra, worth }, no) => {
        const value = Math.max(exact && values[from + no], 0.3 * (values[title + no] || 0));
        const rest = value || values[loose + no] || 0;
        score += rest;
        if (rest && !extra) matched += (value ? worth : worth / 4) / whole;
      });
      const good = matched > (exact ? 0.55 : 0.24);
      const versions = list.s[place(list.f, part)];
      if (good) for (const version of versions) counts[version]++;
      if (versions.includes(wanted) && (good || exact)) hits.push({ key: exact ? key : part * 8192 + 1, part, section: exact, good, score: score * matched ** 2 });
    }
    hits.sort((a, b) => b.score - a.score || a.key - b.key);
    return { query, terms, counts, hits: counts[wanted] ? hits.filter(({ good }) => good) : hits.slice(0, 8) };
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

  // The address of the page of a part in a version.
  const where = ({ m, u }, version) => list.v[version].prefix + (m?.[version] ?? u);

  // The texts of what is found, by page, the best first: of the next parts among `hits`, which are taken out.
  const show = async ({ query, terms, hits }, wanted) => {
    const parts = new Set();
    let count = 0;
    // Where files of texts are large, fewer are asked for at a time, the more others it took to come here.
    const most = Math.max(2, list.b - ((asked + 1) >> 1));
    while (count < hits.length && count < 60 && parts.add(hits[count].part).size <= most) count++;
    const some = hits.splice(0, count);
    const texts = await Promise.all(some.map(({ key }) => load("t" + place(list.t, key))));
    const pages = new Map();
    const whole = fold(query).replace(/\s+/g, " ").trim();
    some.forEach((hit, no) => {
      const part = texts[no].find(({ n, f, x }) => n === hit.part && hit.section < f + x.length);
      if (!part) return;
      // Where only the part is known, the section with most of the words.
      const worth = section => new Set(marksOf(section[2], terms)).size;
      const [id, title, text] = part.x[hit.section - part.f] ?? [...part.x].sort((a, b) => worth(b) - worth(a))[0];
      const path = where(part, wanted);
      // What the query says letter for letter.
      const heading = fold(title || part.t);
      hit.score *= (heading === whole ? 1.6 : heading.includes(whole) ? 1.15 : 1) * (fold(text).includes(whole) ? 1.2 : 1);
      if (!pages.has(path)) pages.set(path, { path, part, sections: [] });
      const { sections } = pages.get(path);
      if (!sections.some(other => other.id === id)) sections.push({ id, title, text, score: hit.score });
    });
    const best = list => list.sort((a, b) => b.score - a.score);
    // The best section, and a little for each other one.
    return best(
      [...pages.values()].map(page => {
        const sections = best(page.sections).slice(0, 4);
        return { ...page, sections, score: sections.reduce((sum, { score }, no) => sum + score * (no ? 0.15 : 1), 0) };
      }),
    );
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
    group.ariaLabel = group.firstChild.textContent;
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

  const addPages = async () => {
    const own = turn;
    more.hidden = true;
    const pages = await show(found, wanted);
    if (own !== turn) return;
    for (const { part, sections } of pages) {
      const link = (version, id, ...children) =>
        make("a", { role: "option", tabIndex: -1, href: root + where(part, version) + list.e + (id && "#" + encodeURIComponent(id)), onclick: follow }, ...children);
      const links = sections.map(({ id, title, text }) =>
        link(wanted, id, title && make("b", {}, ...marked(title)), make("span", {}, ...marked(excerptOf(text, found.terms)))),
      );
      // The same page in others, after its sections in the order of the keys.
      const also = list.s[part.s].filter(no => no !== wanted).map(no => link(no, "", list.v[no].title));
      if (also[0]) links.push(make("div", { role: "presentation", className: "also" }, "Also in ", ...also.slice(0, 3), also[3] && `+${also.length - 3}`));
      add(marked(part.t), links);
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
      await addPages();
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
    input = make("input", { role: "combobox", placeholder: "Search", ariaLabel: "Search", autocomplete: "off", spellcheck: false, ariaExpanded: false, maxLength: 200, oninput: run, onkeydown });
    input.setAttribute("aria-controls", "r:results");
    scope = make("select", { ariaLabel: "Version", hidden: true, onchange: () => ask(input.value, +scope.value) });
    status = make("p", { role: "status" });
    results = make("div", { id: "r:results", role: "listbox", ariaLabel: "Results" });
    others = make("div", { className: "others" });
    more = button("More results", async () => {
      const { length } = options();
      input.focus();
      await addPages();
      activate(options()[length]);
    });
    const onscroll = () => more.hidden || more.getBoundingClientRect().top > innerHeight || addPages();
    const slash = make("input", { type: "checkbox", checked: store["recto:slash"] !== "off", onchange: () => (store["recto:slash"] = slash.checked ? "on" : "off") });
    dialog = make(
      "dialog",
      { className: "search", ariaLabel: "Search", onclose: () => say() },
      make("div", { className: "field" }, input, scope, button("Close", () => dialog.close())),
      make("div", { className: "found", onscroll }, status, others, results, more),
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
