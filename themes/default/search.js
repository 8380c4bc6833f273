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
  let stamp = "";
  globalThis.rectoSearch = (name, value) => files[name]?.take(value);
  const load = name => {
    if (files[name]) return files[name];
    let take;
    const file = new Promise((resolve, reject) => {
      take = resolve;
      const script = document.createElement("script");
      script.src = `${root}_/search/${name}.js${stamp}`;
      script.onload = () => script.remove?.();
      script.onerror = () => {
        delete files[name];
        reject(Error(name));
      };
      document.head.append(script);
    });
    file.take = take;
    return (files[name] = file);
  };

  const digit = (text, at) => {
    const code = text.charCodeAt(at);
    return code - 35 - (code > 92);
  };
  const numbers = text => {
    const all = [];
    for (let at = 0, rest = 0; at < text.length; at++) {
      const next = digit(text, at);
      if (next < 60) {
        all.push(rest * 60 + next);
        rest = 0;
      } else rest = rest * 31 + next - 60;
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

  let list;
  const ready = () =>
    load("list").then(value => {
      if (list) return;
      list = value;
      stamp = `?${list.g}`;
      list.w = list.w.split(" ");
      list.d = list.d.split(" ");
      const starts = numbers(list.t);
      list.t = [];
      for (let at = 0, part = 0; at < starts.length; at++) {
        part += starts[at] >> 1;
        list.t.push([part, starts[at] & 1 ? starts[++at] : 0]);
      }
    });
  const versionsOf = part => list.s[place(list.f, first => first > part)];

  // Words.
  const dense = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const letter = `(?:(?![${dense}])[\\p{L}\\p{N}\\p{M}_])`;
  const runs = RegExp(`[${dense}]+|${letter}+(?:(?:-|(?<=\\p{N})\\.(?=\\p{N}))${letter}+)*`, "gu");
  const isDense = RegExp(`^[${dense}]`, "u");
  const pieces = /\p{Lu}[\p{Lu}\p{N}.]*s?(?!\p{Ll})|\p{Lu}?[^\p{Lu}_-]+|\p{Lu}/gu;
  const plain = text => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC");
  const fold = text => plain(text).toLowerCase();
  // The words of a query. `extra` ones make a result better, and are not missed; the last one may not be whole yet.
  const termsOf = query => {
    const terms = new Map();
    const add = (word, more) => terms.has(word) || terms.set(word, { word: word.slice(0, 40), ...more });
    const text = plain(query.slice(0, 200)).replace(/['’]s(?![\p{L}\p{N}_])/gu, "");
    for (const [run] of text.matchAll(runs)) {
      const open = text.trimEnd().endsWith(run) && !/\s$/.test(query);
      if (isDense.test(run)) {
        const letters = [...run];
        if (letters.length < 2) add(run, { open: true });
        letters.slice(1).forEach((next, at) => add(letters[at] + next));
        continue;
      }
      const parts = [...run.matchAll(pieces)].map(([part]) => part.toLowerCase());
      parts.forEach((part, at) => add(part, { open: open && at === parts.length - 1 }));
      if (parts.length > 1) add(parts.join(""), { open, extra: true });
    }
    return [...terms.values()].slice(0, 16);
  };

  const shard = async no => {
    const file = await load("w" + no);
    if (file.length) {
      const [words, led, lists] = file.splice(0);
      let highest = 0;
      file.words = unfold(words, 1);
      file.groups = numbers(led).map(back => (back ? highest - back : highest++));
      file.lists = lists.split(" ");
    }
    return file;
  };

  // How many letters must change, be added, left out or change places; more than `most` is told as that.
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [];
    let row = Array.from({ length: b.length + 1 }, (_, at) => at);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      if (Math.min(...next) > most) return most + 1;
      [before, row] = [row, next];
    }
    return row[b.length];
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
    if (term.lists.size || term.extra || word.length < 4) return;
    // A form that nobody wrote, of a word that somebody did.
    const stem = word.replace(/(?:ations?|ings?|ions?|ers?|ors?|ments?|ed|es|ly|s|e|y)$/, "");
    if (stem !== word && stem.length > 2) await begins(stem, other => (other.length < stem.length + 6 ? 0.7 : 0));
    if (term.lists.size) return;
    const most = word.length < 8 ? 1 : 2;
    const guesses = [word, word[1] + word[0] + word.slice(2), word.slice(1)];
    const names = new Set(guesses.map(guess => "d" + place(list.d, bound => bound > guess)));
    const found = [];
    for (const text of await Promise.all([...names].map(load))) {
      const common = text.split(" ").map(entry => digit(entry, 1));
      unfold(text, 2).forEach((other, no) => {
        let far = distance(word, other, most);
        if (open && other.length > word.length) far = Math.min(far, distance(word, other.slice(0, word.length), 1) + 0.5);
        if (far <= most) found.push([far * 4 - common[no] / 4, other]);
      });
    }
    found.sort(([a], [b]) => a - b);
    term.typo = true;
    await Promise.all(found.slice(0, 4).map(([, other], no) => take(term, other, other, () => 0.8 / (1 + no))));
  };

  // All sections that hold words of the query, in the version number `wanted`, the best first; and in how many sections of each version
  // all of its words are.
  const find = async (query, wanted) => {
    await ready();
    const terms = termsOf(query);
    await Promise.all(terms.map(lookUp));
    const parts = new Map();
    let whole = 0;
    terms.forEach((term, no) => {
      const lists = [...term.lists].map(([text, weight]) => [numbers(text), weight]);
      const count = lists.reduce((sum, [[count]]) => sum + count, 0);
      term.worth = count ? Math.log(1 + list.n / count) : Math.log(1 + list.n);
      // Words that are nearly everywhere are not listed everywhere.
      term.loose = term.extra || count > 3600;
      if (!term.extra) whole += term.worth;
      for (const [all, weight] of lists) {
        for (let at = 1, part = 0; at < all.length; ) {
          part += all[at++];
          if (!parts.has(part)) parts.set(part, new Map());
          const sections = parts.get(part);
          for (let section = 0, last = 0; !last; at += 2) {
            section += all[at] >> 1;
            last = all[at] & 1;
            if (!sections.has(section)) sections.set(section, []);
            const values = sections.get(section);
            values[no] = Math.max(values[no] ?? 0, (weight * term.worth * all[at + 1]) / 16);
          }
        }
      }
    });
    const hits = [];
    const counts = list.v.map(() => 0);
    for (const [part, sections] of parts) {
      const versions = versionsOf(part);
      const title = sections.get(0) ?? [];
      for (const [section, values] of sections) {
        if (!section) continue;
        let score = 0;
        let matched = 0;
        let all = true;
        terms.forEach((term, no) => {
          const value = Math.max(values[no] ?? 0, 0.3 * (title[no] ?? 0));
          score += value;
          if (value) matched += term.extra ? 0 : term.worth;
          else all &&= term.loose;
        });
        if (all) for (const version of versions) counts[version]++;
        if (versions.includes(wanted)) hits.push({ part, section, all, score: score * (matched / whole) ** 2 });
      }
    }
    hits.sort((a, b) => b.score - a.score || a.part - b.part || a.section - b.section);
    return { terms, hits, counts };
  };

  // What is marked in a text: pairs of numbers, where each begins and ends.
  const marksOf = (text, terms) => {
    const marks = [];
    const hit = word => terms.find(term => term.forms.has(word) || (term.open && !term.typo && word.startsWith(term.word)));
    const mark = (term, start, end) => {
      if (!term) return;
      const last = marks.at(-1);
      if (last && last.end >= start) last.end = Math.max(last.end, end);
      else marks.push({ start, end, term });
    };
    for (const { 0: run, index } of text.matchAll(runs)) {
      if (isDense.test(run)) {
        for (let at = 0; at < run.length; at++) mark(hit(run.slice(at, at + 2)) ?? hit(run[at]), index + at, index + at + 2);
        continue;
      }
      const parts = [...run.matchAll(pieces)];
      const joined = parts.length > 1 && hit(parts.map(([part]) => fold(part)).join(""));
      if (joined) mark(joined, index, index + run.length);
      else for (const { 0: part, index: at } of parts) mark(hit(fold(part)), index + at, index + at + part.length);
    }
    return marks;
  };

  // The sentence of a text with most of the words, no longer than two lines.
  const excerptOf = (text, terms) => {
    const longest = 170;
    let best = { worth: -1 };
    let from = 0;
    for (const sentence of text.split(/(?<=[.!?]) |(?<=[。！？])|\n/u)) {
      const start = text.indexOf(sentence, from);
      from = start + sentence.length;
      const found = new Set(marksOf(sentence, terms).map(({ term }) => term));
      const worth = [...found].reduce((sum, { worth }) => sum + worth, 0);
      if (worth > best.worth) best = { worth, sentence, start };
      if (found.size === terms.length) break;
    }
    let { sentence, start } = best;
    const first = marksOf(sentence, terms)[0]?.start ?? 0;
    let cut = 0;
    if (sentence.length > longest && first > 60) cut = Math.max(sentence.indexOf(" ", first - 60), 0);
    // A short sentence is shown with what follows it.
    let shown = text.slice(start + cut, start + longest + cut).replace(/\s+/g, " ");
    if (start + cut + longest < text.length) shown = shown.replace(/\s\S*$/, "") + " …";
    return (cut ? "… " : "") + shown.trim();
  };

  // Sections with their texts, by page, the best first: of the next few parts among `hits`, which are taken out.
  const show = async ({ terms, hits }, query, wanted) => {
    const parts = new Set();
    let taken = hits.findIndex(({ part }) => parts.size === parts.add(part).size ? false : parts.size > 6);
    const some = hits.splice(0, taken < 0 ? hits.length : taken).filter((hit, no) => no < 60);
    const places = some.map(({ part, section }) => place(list.t, ([from, first]) => from > part || (from === part && first > section)));
    const texts = Object.fromEntries(await Promise.all([...new Set(places)].map(async no => [no, await load("t" + no)])));
    const pages = new Map();
    const asked = fold(query).replace(/\s+/g, " ").trim();
    some.forEach((hit, no) => {
      const part = texts[places[no]].find(({ n, f, x }) => n === hit.part && f <= hit.section && hit.section < f + x.length);
      if (!part) return;
      const [id, title, text] = part.x[hit.section - part.f];
      const path = list.v[wanted].prefix + (part.m?.find(([version]) => version === wanted)?.[1] ?? part.u);
      const heading = fold(title || part.t);
      // What the query says letter for letter.
      if (heading === asked) hit.score *= 1.6;
      else if (heading.includes(asked)) hit.score *= 1.15;
      if (asked.includes(" ") && fold(text).includes(asked)) hit.score *= 1.2;
      const found = { id, title, text, score: hit.score };
      const page = pages.get(path);
      if (page) page.sections.push(found);
      else pages.set(path, { path, title: part.t, versions: list.s[part.s], sections: [found] });
    });
    const order = (a, b) => b.score - a.score;
    for (const page of pages.values()) {
      page.sections.sort(order).splice(4);
      page.score = page.sections[0].score;
    }
    return [...pages.values()].sort(order);
  };

  Object.assign(rectoSearch, { find, show, excerptOf, marksOf, ready, list: () => list });
})();
