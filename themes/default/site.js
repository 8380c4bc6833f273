// What a page can do beyond being read: tabs, and copying code. Every page is whole without it.
//
// A classic script, so that it also runs in a page that is opened from disk. Texts of a page stay texts: nothing is parsed as markup.
// It is served without lines of comment and without indentation, so a comment never stands behind code.
"use strict";
(() => {
  const words = { copy: "Copy", copied: "Copied" };
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  // Labels of tabs that the reader chose, the last one first. Storage may be forbidden: then the choice holds for this page only.
  let chosen = [];
  try {
    chosen = [JSON.parse(localStorage.getItem("recto:tabs")) ?? []].flat();
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
    try {
      localStorage.setItem("recto:tabs", JSON.stringify(chosen));
    } catch {}
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
  const addCopy = code => {
    const button = make("button", { type: "button", title: words.copy, ariaLabel: words.copy });
    const place = make("div", { className: "copy" });
    let timer;
    button.onclick = async () => {
      const range = new Range();
      range.selectNodeContents(code);
      try {
        await navigator.clipboard.writeText(text(code, range).trimEnd());
      } catch {
        // Pages over plain HTTP may not write to the clipboard; they may copy a selection.
        getSelection().selectAllChildren(code);
        document.execCommand("copy");
      }
      status.textContent = words.copied;
      button.className = "done";
      clearTimeout(timer);
      timer = setTimeout(() => (status.textContent = button.className = ""), 2000);
    };
    place.append(button);
    (code.closest("figure.code") ?? code.parentElement).before(place);
  };

  // Gives the parts of `root`, itself among them, what they can do.
  const enliven = root => {
    const all = selector => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
    all(".tabs").forEach(makeTabs);
    // A formula too wide for its place can be scrolled with the keyboard too; HTML knows no `tabindex` on it.
    for (const math of all("math[display=block]")) if (math.scrollWidth > math.clientWidth) math.tabIndex = 0;
    all("pre:not(.mermaid) > code").forEach(addCopy);
  };
  enliven(document);
  open();

  // The dev server puts parts of a page in the place of others.
  document.addEventListener("recto:parts", event => {
    event.preventDefault();
    groups.splice(0, groups.length, ...groups.filter(({ list }) => list.isConnected));
    event.detail.forEach(enliven);
  });
})();

// The search: the button, its keys, and addresses that end in `?q=…`. All else comes when it is first wanted.
(() => {
  const button = document.querySelector(".search-open");
  if (!button) return;
  let script;
  const load = () => {
    script ??= new Promise((resolve, reject) => {
      const element = document.createElement("script");
      Object.assign(element, { src: button.dataset.script, onload: resolve, onerror: reject });
      document.head.append(element);
    });
    script.catch(() => (script = undefined));
    return script;
  };
  const open = query => load().then(() => rectoSearch.open(query));
  button.onclick = () => open();
  button.onpointerenter = button.onfocus = load;
  button.lastChild.textContent = /Mac|iP/.test(navigator.platform) ? "⌘K" : "Ctrl K";
  button.hidden = false;
  addEventListener("keydown", event => {
    const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
    let slash = key === "/" && !(ctrlKey || metaKey || altKey) && !target.closest?.("input, textarea, select, dialog, [contenteditable]");
    try {
      slash &&= localStorage.getItem("recto:slash") !== "off";
    } catch {}
    if (!slash && !(key.toLowerCase() === "k" && ctrlKey !== metaKey && !altKey && !shiftKey)) return;
    event.preventDefault();
    open();
  });
  const query = new URLSearchParams(location.search).get("q");
  if (query) open(query);
})();
