// Keeps an open page up to date while it is being written, and shows what is wrong. The dev server puts it into each page; `build` does not.
//
// It runs before all other scripts of the page, so that it sees the page as it came. A new edition is compared with that, part by part;
// parts that differ take the place of the old ones, and all else stays: the place on the page, open disclosures, chosen tabs.
// Texts stay texts: nothing of a problem is parsed as markup.
"use strict";
(() => {
  const own = document.currentScript;
  const { base, run, quiet } = own.dataset;
  const state = { run, edition: Number(own.dataset.edition), problems: -1 };
  own.remove();

  // ---- The page in parts -------------------------------------------------------------------------------------------------------

  // An element that holds the text of the page is opened; each of its children is a part.
  const opened = node => node.nodeType === 1 && (node.localName === "body" || node.querySelector(":scope article") || node.localName === "article");
  // A part as it came, and the node that stands for it now.
  const parts = parent => [...parent.childNodes].map(node => (opened(node)
    ? { node, html: node.cloneNode(false).outerHTML, parts: parts(node) }
    : { node, html: node.nodeType === 1 ? node.outerHTML : String(node.nodeType) + node.data }));
  let page = { node: document.body, html: document.body.cloneNode(false).outerHTML, parts: parts(document.body) };

  // Pairs of places in two lists whose parts are equal, from both ends and then in order: what is between is what was edited.
  const pairs = (old, fresh) => {
    const same = (a, b) => a.html === b.html;
    const found = [];
    let start = 0;
    while (start < old.length && start < fresh.length && same(old[start], fresh[start])) found.push([start, start++]);
    let a = old.length;
    let b = fresh.length;
    while (a > start && b > start && same(old[a - 1], fresh[b - 1])) found.push([--a, --b]);
    for (let at = start, from = start; at < b; at++) {
      const match = old.slice(from, a).findIndex(part => same(part, fresh[at]));
      if (match >= 0) found.push([from + match, at]), (from += match + 1);
    }
    return found.sort((one, other) => one[1] - other[1]);
  };

  // What a reader has opened or scrolled in a part is so in the one that takes its place.
  const keep = (old, fresh) => {
    const was = [...old.querySelectorAll("details"), ...(old.localName === "details" ? [old] : [])];
    const now = [...fresh.querySelectorAll("details"), ...(fresh.localName === "details" ? [fresh] : [])];
    if (was.length === now.length) now.forEach((box, at) => (box.open = was[at].open));
    return () => {
      fresh.scrollTop = old.scrollTopBefore ?? 0;
      if (old.wasOpen) fresh.showPopover?.();
    };
  };

  // Makes the live `old` what `fresh` (of another document) is. Gives the parts as they are then, and collects what is new.
  const exchange = (old, fresh, added) => {
    const matched = new Map(pairs(old.parts, fresh.parts).map(([a, b]) => [b, a]));
    const kept = new Set(matched.values());
    const result = [];
    // What scripts have put before a part goes with it.
    const parent = old.node;
    const gone = old.parts.filter((_, at) => !kept.has(at));
    const after = [];
    let replaced = gone.filter(part => part.node.nodeType === 1);
    for (const part of gone) {
      if (part.node.nodeType === 1) {
        part.node.scrollTopBefore = part.node.scrollTop;
        part.node.wasOpen = part.node.matches?.(":popover-open");
      }
    }
    let last = null;
    const insert = node => parent.insertBefore(node, last ? last.nextSibling : parent.firstChild);
    const remove = part => {
      while (part.node.previousSibling && part.node.previousSibling.className === "copy") part.node.previousSibling.remove();
      part.node.remove();
    };
    gone.forEach(remove);
    fresh.parts.forEach((part, at) => {
      const before = matched.has(at) ? old.parts[matched.get(at)] : null;
      if (before) {
        result.push(before.parts ? { ...before, parts: exchange(before, part, added) } : before);
        last = before.node;
        return;
      }
      const node = document.importNode(part.node, true);
      insert(node);
      last = node;
      if (node.nodeType === 1) {
        added.push(node);
        const place = replaced.findIndex(gone => gone.node.localName === node.localName);
        if (place >= 0) after.push(keep(replaced.splice(place, 1)[0].node, node));
      }
      result.push({ ...part, node, parts: part.parts && parts(node) });
    });
    after.forEach(then => then());
    return result;
  };

  const load = (link, href) => new Promise(done => {
    const fresh = link.cloneNode();
    fresh.href = href;
    fresh.onload = fresh.onerror = () => done(link.remove());
    link.after(fresh);
  });

  // Takes over the head: title, and styles without a moment without any. Gives whether the page has to be loaded anew.
  const head = async fresh => {
    document.title = fresh.title;
    document.documentElement.lang = fresh.documentElement.lang;
    const scripts = of => [...of.querySelectorAll("script[src]")].map(script => script.getAttribute("src")).filter(src => !src.endsWith("_/live.js"));
    const known = new Set(scripts(document));
    if (scripts(fresh).some(src => !known.has(src))) return true;
    const styles = of => [...of.querySelectorAll("link[rel=stylesheet]")];
    const [old, now] = [styles(document), styles(fresh)];
    if (old.length !== now.length) return true;
    await Promise.all(old.map((link, at) => link.getAttribute("href") !== now[at].getAttribute("href") && load(link, now[at].getAttribute("href"))));
    return false;
  };

  const refresh = async assets => {
    let answer;
    try {
      answer = await fetch(location.href, { cache: "no-cache" });
    } catch {
      return;
    }
    const text = await answer.text();
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const script = fresh.querySelector("script[data-edition]");
    if (!script) return;
    state.run = script.dataset.run;
    state.edition = Number(script.dataset.edition);
    script.remove();
    // A page that cannot be shown now stays as it was; what is wrong is shown over it.
    lost = !answer.ok;
    if (!answer.ok && faulty()) return;
    if (await head(fresh)) return location.reload();
    const added = [];
    const now = { html: fresh.body.cloneNode(false).outerHTML, parts: parts(fresh.body) };
    if (now.html !== page.html) return location.reload();
    page = { ...page, parts: exchange(page, now, added) };
    const heard = !document.dispatchEvent(new CustomEvent("recto:parts", { cancelable: true, detail: added }));
    if ((!heard && added.length) || added.some(node => node.matches(".mermaid") || node.querySelector(".mermaid"))) return location.reload();
    if (assets) await images();
  };

  // Images keep their addresses when they change.
  const images = () => Promise.all([...document.images].filter(image => new URL(image.src).origin === location.origin).map(async image => {
    try {
      await fetch(image.src, { cache: "reload" });
      const again = image.cloneNode();
      image.replaceWith(again);
      for (const part of flat(page)) if (part.node === image) part.node = again;
    } catch {}
  }));
  const flat = part => [part, ...(part.parts ?? []).flatMap(flat)];

  // ---- What is wrong -----------------------------------------------------------------------------------------------------------

  let told = { errors: 0, warnings: 0, problems: [] };
  let lost = false;
  let dismissed = "";
  const here = () => decodeURI(location.pathname);
  const about = problem => problem.pages.some(page => decodeURI(page) === here());
  // Errors of this page, and those of no page at all, which may be why this one is not as it should be.
  const urgent = () => told.problems.filter(problem => problem.severity === "error" && (about(problem) || !problem.pages.length));
  const faulty = () => told.errors > 0;
  // What was closed stays away while it is the same, wherever in its file it is by then.
  const names = problems => problems.map(({ code, file, message }) => [code, file, message].join("\n")).join("\n\n");

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children.filter(child => child !== null && child !== undefined));
    return element;
  };

  const style = `
    :host { all: initial; color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
    * { box-sizing: border-box; }
    .badge { position: fixed; left: 12px; bottom: 12px; z-index: 2147483646; padding: 6px 12px; border: 1px solid light-dark(#c9c9c9, #4a4a4a); border-radius: 99px;
      background: light-dark(#fff, #1d1d1f); color: light-dark(#1d1d1f, #eee); font: inherit; cursor: pointer; box-shadow: 0 2px 10px #0003; }
    .badge::before { content: ""; display: inline-block; width: 9px; height: 9px; margin-right: 8px; border-radius: 9px; background: light-dark(#a86400, #e8a33d); }
    .badge.errors::before { background: light-dark(#c62828, #ff6b60); }
    .badge.off::before { background: #888; }
    dialog { width: min(60rem, calc(100vw - 24px)); max-height: calc(100dvh - 48px); padding: 0; border: 1px solid light-dark(#c9c9c9, #4a4a4a); border-radius: 10px;
      background: light-dark(#fff, #1d1d1f); color: light-dark(#1d1d1f, #eee); box-shadow: 0 10px 50px #0006; overflow: auto; }
    dialog::backdrop { background: #0006; }
    .bar { position: sticky; top: 0; display: flex; align-items: center; gap: 12px; padding: 10px 16px; border-bottom: 1px solid light-dark(#e2e2e2, #3a3a3a); background: inherit; }
    h2 { flex: 1; margin: 0; font-size: 15px; }
    .bar button { padding: 4px 12px; border: 1px solid light-dark(#c9c9c9, #4a4a4a); border-radius: 6px; background: none; color: inherit; font: inherit; cursor: pointer; }
    button:focus-visible, a:focus-visible { outline: 2px solid light-dark(#0b5fd0, #7db4ff); outline-offset: 2px; }
    ol { margin: 0; padding: 0; list-style: none; }
    li { padding: 12px 16px 14px; border-bottom: 1px solid light-dark(#ececec, #303030); }
    li:last-child { border: 0; }
    p { margin: 0; overflow-wrap: anywhere; }
    .what b { color: light-dark(#b71c1c, #ff8a80); }
    .warning .what b { color: light-dark(#8a5200, #f0b35a); }
    .note .what b { color: light-dark(#0b57b0, #8ab8ff); }
    .place { color: light-dark(#5a5a5a, #b0b0b0); font-size: 13px; }
    pre { margin: 8px 0; padding: 8px 12px; overflow-x: auto; border-radius: 6px; background: light-dark(#f4f4f4, #2a2a2c); font: 13px/1.5 ui-monospace, monospace; tab-size: 4; }
    mark { background: light-dark(#ffd9d6, #6b2420); color: inherit; border-radius: 2px; box-shadow: 0 2px light-dark(#c62828, #ff6b60); }
    a { color: light-dark(#0b57b0, #8ab8ff); }
    .help::before { content: "help: "; font-weight: 600; }
    @media print { :host { display: none; } }
  `;
  const host = document.createElement("recto-live");
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  shadow.adoptedStyleSheets = [sheet];
  const badge = make("button", { type: "button", className: "badge", hidden: true });
  const title = make("h2", { id: "title" });
  const list = make("ol");
  const whole = make("button", { type: "button", textContent: "All problems" });
  const close = make("button", { type: "button", textContent: "Close" });
  const dialog = make("dialog", {}, make("div", { className: "bar" }, title, whole, close), list);
  dialog.setAttribute("aria-labelledby", "title");
  shadow.append(badge, dialog);
  badge.onclick = () => show(true);
  whole.onclick = () => show(true);
  close.onclick = () => dialog.close();
  dialog.addEventListener("close", () => (dismissed = names(urgent())));

  const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const sum = problems => ["error", "warning", "note"]
    .map(severity => [problems.filter(problem => problem.severity === severity).length, severity])
    .filter(([number]) => number)
    .map(([number, severity]) => count(number, severity)).join(", ");

  const item = problem => {
    const { severity, code, message, file, line, column, excerpt, help, versions, pages, editor } = problem;
    const where = file && (line ? `${file}:${line}:${column}` : file);
    const place = make("p", { className: "place" });
    if (where) place.append(editor ? make("a", { href: editor, textContent: where }) : where);
    if (versions.length) place.append(` in ${versions.length === 1 ? "version" : "versions"} ${versions.join(", ")}`);
    pages.filter(page => decodeURI(page) !== here()).slice(0, 4).forEach(page => place.append(" · ", make("a", { href: page, textContent: decodeURI(page) })));
    return make("li", { className: severity },
      make("p", { className: "what" }, make("b", { textContent: `${severity}[${code}]` }), ` ${message}`),
      place.hasChildNodes() ? place : null,
      excerpt ? make("pre", { tabIndex: 0 }, excerpt.before, make("mark", { textContent: excerpt.marked }), excerpt.after) : null,
      help ? make("p", { className: "help", textContent: help }) : null);
  };

  let all = false;
  const show = everything => {
    all = everything;
    const problems = everything ? told.problems : urgent();
    title.textContent = everything ? `Problems of the whole site: ${sum(problems)}` : sum(problems);
    whole.hidden = everything || problems.length === told.problems.length;
    list.replaceChildren(...problems.map(item));
    const more = everything ? told.errors + told.warnings + (told.notes ?? 0) - problems.length : 0;
    if (more > 0) list.append(make("li", { textContent: `… and ${more} more: see the terminal` }));
    if (!dialog.open) dialog.showModal();
  };

  const draw = () => {
    if (quiet !== undefined) return;
    const number = told.problems.length;
    badge.hidden = !number;
    badge.className = told.errors ? "badge errors" : "badge";
    badge.textContent = sum(told.problems);
    const now = urgent();
    if (dialog.open) {
      if (all ? number : now.length) show(all);
      else dialog.close();
    } else if (now.length && names(now) !== dismissed) show(false);
    if (!now.length) dismissed = "";
  };

  const problems = async () => {
    try {
      told = { ...told, ...(await (await fetch(`${base}_/live/problems.json`, { cache: "no-cache" })).json()) };
    } catch {
      return;
    }
    draw();
  };

  // ---- The channel -------------------------------------------------------------------------------------------------------------

  // Messages are worked on one after the other; of several that wait, the last one tells all.
  let waiting;
  let working = false;
  const work = async () => {
    if (working) return;
    working = true;
    while (waiting) {
      const message = waiting;
      waiting = undefined;
      const other = message.run !== state.run;
      if (message.follow && !document.hidden && message.follow !== location.pathname) return location.assign(message.follow);
      if (other || message.problems !== state.problems) {
        state.problems = message.problems;
        await problems();
      }
      if (other || message.edition !== state.edition || (lost && !faulty())) await refresh(message.assets || other);
      draw();
      document.documentElement.dataset.live = `${state.edition}`;
    }
    working = false;
  };

  let pause = 250;
  const connect = () => {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${base}_/live`);
    socket.onopen = () => (pause = 250);
    socket.onmessage = event => {
      const message = JSON.parse(event.data);
      waiting = { ...message, assets: message.assets || waiting?.assets, follow: message.follow ?? waiting?.follow };
      work();
    };
    socket.onclose = () => {
      setTimeout(connect, pause);
      pause = Math.min(2 * pause, 4000);
    };
  };

  addEventListener("DOMContentLoaded", () => {
    document.documentElement.append(host);
    connect();
  });
})();
