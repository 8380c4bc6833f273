// What a page can do beyond being read: tabs, copying, light and dark, marks in the table of contents, larger images, what is new about
// versions. Every page is whole without it. What only few readers ask for is in scripts of its own, which it brings when they do.
//
// A classic script, so that it also runs in a page that is opened from disk. Texts of a page stay texts: nothing is parsed as markup.
// It is served without lines of comment and without indentation, so a comment never stands behind code.
"use strict";
(() => {
  const words = {
    clip: "Copy",
    copied: "Copied",
    wrap: "Wrap lines",
    pages: "Pages of",
    colours: "Colours:",
    system: "as the system",
  };
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const root = document.documentElement;
  const base = new URL(root.dataset.root ?? "./", location.href);
  const find = selector => document.querySelector(selector);

  // Storage may be forbidden: then a choice holds for this page only.
  const storage = (does, ...what) => {
    try {
      return localStorage[does](...what);
    } catch {}
  };

  // Labels of tabs that the reader chose, the last one first.
  let chosen = [];
  try {
    chosen = [JSON.parse(storage("getItem", "recto:tabs")) ?? []].flat();
  } catch {}

  // Each group: its labels, tabs and panels, in the same order.
  const groups = [];

  // Panels that are not shown can be found by the browser's own search, where it knows how; `beforematch` then opens them.
  const show = ({ list, tabs, panels }, at) => {
    tabs.forEach((tab, no) => {
      tab.ariaSelected = no === at;
      tab.tabIndex = no === at ? 0 : -1;
      panels[no].hidden = no !== at && "until-found";
    });
    const frame = list.getBoundingClientRect();
    const tab = tabs[at].getBoundingClientRect();
    list.scrollLeft += Math.min(0, tab.left - frame.left) || Math.max(0, tab.right - frame.right);
  };

  // All groups with that label follow, and the page is scrolled so that the tab stays under the reader's pointer.
  const choose = (group, at) => {
    const top = () => group.tabs[at].getBoundingClientRect().top;
    const before = top();
    const label = group.labels[at];
    for (const other of groups) if (other.labels.includes(label)) show(other, other.labels.indexOf(label));
    show(group, at);
    scrollBy(0, top() - before);
    chosen = [label, ...chosen.filter(other => other !== label)].slice(0, 50);
    storage("setItem", "recto:tabs", JSON.stringify(chosen));
    fit();
  };

  let number = 0;
  const makeTabs = box => {
    const no = number++;
    const panels = [...box.children].filter(child => child.matches(".tab"));
    if (!panels.length) return;
    const labels = panels.map(panel => panel.ariaLabel ?? "");
    const list = make("div", { role: "tablist" });
    const tabs = panels.map((panel, at) => {
      const id = `r:tab-${no}-${at}`;
      panel.id ||= id + "-panel";
      const tab = make("button", { type: "button", role: "tab", id, textContent: labels[at], onclick: () => choose(group, at) });
      tab.setAttribute("aria-controls", panel.id);
      panel.addEventListener("beforematch", () => show(group, at));
      panel.role = "tabpanel";
      panel.ariaLabel = null;
      panel.setAttribute("aria-labelledby", id);
      if (!panel.querySelector("a, button, summary, [tabindex]")) panel.tabIndex = 0;
      return tab;
    });
    const group = { list, labels, tabs, panels };
    list.append(...tabs);
    list.addEventListener("keydown", event => {
      const at = tabs.indexOf(event.target);
      const step = getComputedStyle(list).direction === "rtl" ? -1 : 1;
      const to = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: -1 }[event.key];
      if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = (to + tabs.length) % tabs.length;
      tabs[next].focus({ preventScroll: true });
      choose(group, next);
    });
    box.prepend(list);
    box.classList.add("live");
    groups.push(group);
    show(group, Math.max(0, labels.indexOf(chosen.find(label => labels.includes(label)))));
  };

  // An address that leads into a tab or a disclosure opens it. That is no choice of the reader's, so other groups stay.
  const open = () => {
    let target;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {}
    let opened;
    for (let box = target; box; box = box.parentElement) {
      const group = box.hidden && groups.find(({ panels }) => panels.includes(box));
      if (group) show(group, group.panels.indexOf(box));
      else if (box.open === false) box.open = true;
      else continue;
      opened = true;
    }
    if (opened) target.scrollIntoView();
    fit();
  };
  addEventListener("hashchange", open);

  // What of `node` is in the range, and part of the code. Prompts, removed lines, and what is only heard stay behind, as does all else that
  // cannot be selected.
  const text = (node, range) => {
    if (!range.intersectsNode(node)) return "";
    if (!node.matches) {
      const end = node === range.endContainer ? range.endOffset : undefined;
      return node.data.slice(node === range.startContainer ? range.startOffset : 0, end);
    }
    if (node.matches(".pr, del, .only-heard") || getComputedStyle(node).userSelect === "none") return "";
    return [...node.childNodes].map(child => text(child, range)).join("");
  };

  // A selection within a block. Where it holds nothing but what is left out, that is what the reader wants.
  document.addEventListener("copy", event => {
    const range = getSelection().rangeCount && getSelection().getRangeAt(0);
    const within = range && range.commonAncestorContainer;
    const code = within && (within.closest ? within : within.parentElement).closest("pre")?.querySelector("code");
    const copied = code && text(code, range);
    if (!copied) return;
    event.clipboardData.setData("text/plain", copied);
    event.preventDefault();
  });

  const status = make("div", { role: "status", className: "only-heard" });
  document.body.append(status);
  const say = text => (status.textContent = text);

  // Copies what `text` gives, which may take a while, and says so at the button.
  let done;
  const copy = async (text, button) => {
    const type = "text/plain";
    const blob = (async () => new Blob([await text], { type }))();
    try {
      // Begun while the click still counts, as some browsers want it.
      await navigator.clipboard.write([new ClipboardItem({ [type]: blob })]);
    } catch {
      // Pages over plain HTTP may not write to the clipboard.
      await more("copy", { text: await text, button });
    }
    done?.();
    say(words.copied);
    button.classList.add("done");
    const timer = setTimeout(() => done(), 2000);
    done = () => {
      clearTimeout(timer);
      button.classList.remove("done");
      done = say("");
    };
  };

  const addCopy = code => {
    const pre = code.parentElement;
    const button = (name, onclick) => make("button", { type: "button", className: name, title: words[name], ariaLabel: words[name], onclick });
    const wrap = button("wrap", () => (wrap.ariaPressed = pre.classList.toggle("wrapped")));
    wrap.ariaPressed = false;
    const clip = button("clip", () => {
      const range = new Range();
      range.selectNodeContents(code);
      copy(text(code, range).trimEnd(), clip);
    });
    (code.closest("figure.code") ?? pre).before(make("div", { className: "copy" }, wrap, clip));
    wraps.push([pre, wrap]);
  };

  // Lines wrap on demand, where there is not room for them.
  let wraps = [];
  const fit = () => {
    wraps = wraps.filter(([pre]) => pre.isConnected);
    const needed = wraps.map(([pre]) => pre.classList.contains("wrapped") || pre.scrollWidth > pre.clientWidth);
    wraps.forEach(([, wrap], at) => (wrap.hidden = !needed[at]));
  };
  addEventListener("resize", fit);
  document.addEventListener("toggle", fit, true);

  // Light, dark, or as the system: each click is the next of them.
  const showColours = button => (button.ariaLabel = button.title = `${words.colours} ${root.dataset.theme ?? words.system}`);
  const nextColours = button => {
    const next = { light: "dark", dark: "" }[root.dataset.theme] ?? "light";
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    storage("setItem", "recto:theme", next);
    showColours(button);
    say(button.ariaLabel);
  };

  // The heading that the reader is below is marked in the table of contents.
  let spied = [];
  let marked;
  const spy = () => {
    const top = parseFloat(getComputedStyle(root).scrollPaddingTop) + 48;
    const passed = spied.filter(([heading]) => heading.getBoundingClientRect().top <= top);
    const ended = scrollY > 0 && scrollY + innerHeight >= root.scrollHeight - 2;
    const link = (ended ? spied : passed).at(-1)?.[1];
    if (link === marked) return;
    marked?.removeAttribute("aria-current");
    marked = link;
    const place = find(".toc summary span");
    if (place) place.textContent = link?.textContent ?? "";
    if (!link) return;
    link.setAttribute("aria-current", "location");
    const box = find(".toc");
    if (box.scrollHeight > box.clientHeight) box.scrollTop = link.offsetTop - box.clientHeight / 2;
  };
  const watch = () => {
    spied = [...document.querySelectorAll(".toc a")].map(link => [document.getElementById(decodeURIComponent(link.hash.slice(1))), link]).filter(([heading]) => heading);
    spy();
  };
  // Browsers tell of scrolling once a frame.
  addEventListener("scroll", spy, { passive: true });

  // What only few readers ask for is in scripts of its own, which hand themselves in by events, one after the other.
  const ready = new Promise(ready => (document.readyState === "complete" ? ready() : addEventListener("load", ready)));
  const loads = {};
  const load = src => {
    loads[src] ??= new Promise((onload, onerror) => document.head.append(make("script", { src, async: false, onload, onerror })));
    // A network that was away may be there the next time.
    loads[src].catch(() => delete loads[src]);
    return loads[src];
  };
  const more = async (name, detail, ...data) => {
    await Promise.all([root.dataset.more, ...data].map(load));
    document.dispatchEvent(new CustomEvent(`recto:${name}`, { detail }));
  };
  const tree = (name, detail) => more(name, detail, find(".nav").dataset.tree);
  const lost = find(".lost")?.dataset;
  if (lost) ready.then(() => [lost.script, lost.addresses].forEach(load));

  // A branch of the navigation opens where it is; its pages may have to be fetched.
  const addBranch = link => {
    const button = make("button", { type: "button", className: "branch", ariaLabel: `${words.pages} ${link.textContent}` });
    const item = link.parentElement;
    const list = () => item.querySelector(":scope > ul");
    button.ariaExpanded = Boolean(list());
    button.onclick = async () => {
      if (!list()) await tree("branch", item);
      if (list()) button.ariaExpanded = !(list().hidden = button.ariaExpanded === "true");
    };
    link.after(button);
  };
  const scrollNav = nav => {
    const place = nav.querySelector("[aria-current]")?.getBoundingClientRect();
    const frame = nav.getBoundingClientRect();
    if (place && place.bottom > frame.bottom) nav.scrollTop += place.top - frame.top - frame.height / 3;
  };

  const menus = ":is(.switcher, .toc) > [open]";
  document.addEventListener("click", event => {
    const at = selector => event.target.closest?.(selector);
    const anchor = at(".anchor");
    const twin = at(".twin");
    const button = at(".theme");
    if (anchor) copy(anchor.href, anchor);
    if (at(".toc a")) find(".toc details").open = false;
    if (twin) copy(fetch(twin.dataset.href).then(answer => answer.text()), twin);
    if (button) nextColours(button);
    // A menu that is open closes when the reader turns elsewhere.
    for (const menu of document.querySelectorAll(menus)) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    const menu = key === "Escape" && find(menus);
    if (!menu) return;
    menu.open = false;
    menu.firstElementChild.focus();
  });
  for (const name of ["input", "focusin"]) document.addEventListener(name, ({ target }) => target.matches(".filter") && tree("filter", target));

  // The answer goes where the form says. A host that answers 204 keeps the reader here.
  document.addEventListener("submit", ({ target }) => target.matches(".feedback") && more("thanks", [target, say]));

  // A page that the reader is about to open is fetched a moment before.
  const fetched = new Set([location.pathname]);
  let soon;
  const prefetch = event => {
    clearTimeout(soon);
    const link = event.target.closest?.("a[href]");
    if (!link?.href.startsWith(base.href) || base.protocol === "file:" || !/\/$|\.html$/.test(link.pathname) || fetched.has(link.pathname) || navigator.connection?.saveData) return;
    soon = setTimeout(() => {
      fetched.add(link.pathname);
      document.head.append(make("link", { rel: "prefetch", href: link.pathname }));
    }, 80);
  };
  document.addEventListener("pointerover", prefetch, { passive: true });
  document.addEventListener("focusin", prefetch);

  // A day that is over by now: the words before it say so.
  const end = words => {
    const day = words.parentElement.querySelector("time").dateTime;
    const now = new Date();
    now.setMinutes(now.getMinutes() - now.getTimezoneOffset());
    if (day >= now.toISOString().slice(0, 10)) return;
    words.style.minInlineSize = `${words.offsetWidth}px`;
    words.textContent = words.dataset.ended;
    words.className = "ended";
  };

  // Gives the parts of `root`, itself among them, what they can do.
  const enliven = root => {
    const all = selector => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
    all(".tabs").forEach(makeTabs);
    // A formula too wide for its place can be scrolled with the keyboard too; HTML knows no `tabindex` on it.
    for (const math of all("math[display=block]")) if (math.scrollWidth > math.clientWidth) math.tabIndex = 0;
    all("pre:not(.mermaid) > code").forEach(addCopy);
    const images = all("article img").filter(image => !image.closest("a, button"));
    if (images.length) ready.then(() => more("images", images));
    all(".theme").forEach(showColours);
    if (find(".nav[data-tree]")) all(".nav a.section").forEach(addBranch);
    all(".nav").forEach(scrollNav);
    all("[data-ended]").forEach(end);
    watch();
    fit();
  };
  enliven(document);
  open();

  // What the site knows by now, although this page may have been built long ago.
  const menu = find(".switcher ul");
  if (menu && base.protocol !== "file:") ready.then(() => (globalThis.requestIdleCallback ?? setTimeout)(async () => {
    const answer = await fetch(new URL("versions.json", base)).then(answer => answer.json()).catch(() => {});
    const listed = Array.isArray(answer) ? answer.filter(entry => entry?.url) : [];
    const told = listed.map(({ version, status }) => `${version} status ${status}`).join();
    const shown = [...menu.querySelectorAll("a")].map(link => `${link.dataset.version} ${link.querySelector(".status").className}`).join();
    if ((told && told !== shown) || menu.querySelector("[aria-current] .ended")) more("versions", listed);
  }));

  // The search: its button, its keys, and addresses that end in `?q=…`. All else comes when it is first wanted.
  const finder = find(".search-open");
  if (finder) {
    const bring = () => load(finder.dataset.script);
    const search = query => bring().then(() => rectoSearch.open(query));
    finder.onclick = () => search();
    finder.onpointerenter = finder.onfocus = bring;
    if (/Mac|iP/.test(navigator.platform)) finder.lastChild.dataset.keys = "⌘K";
    finder.hidden = false;
    addEventListener("keydown", event => {
      const held = event.ctrlKey || event.metaKey;
      const wanted = held ? event.key === "k" : event.key === "/" && storage("getItem", "recto:slash") !== "off" && !event.target.closest?.("input, textarea, select, dialog, [contenteditable]");
      if (!wanted || event.altKey) return;
      event.preventDefault();
      search();
    });
    const query = new URLSearchParams(location.search).get("q");
    if (query) search(query);
  }

  // The dev server puts parts of a page in the place of others.
  document.addEventListener("recto:parts", event => {
    event.preventDefault();
    groups.splice(0, groups.length, ...groups.filter(({ list }) => list.isConnected));
    event.detail.forEach(enliven);
  });
})();
