// What only few readers ask for: branches of the navigation that the page did not bring along, its filter, larger images, and what is new
// about versions since the page was built.
//
// The page's script brings it when it is wanted, with the file of the navigation, which hands itself in by an event. Texts stay texts.
"use strict";
(() => {
  const words = { close: "Close", image: "Image", enlarge: "Enlarge" };
  const most = 100;
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const base = new URL(document.documentElement.dataset.root, location.href);
  // Without accents, in small letters.
  const folded = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  let entries = [];
  document.addEventListener("recto:tree", ({ detail }) => {
    const above = [];
    entries = detail.map(([depth, title, href, mark]) => {
      above.length = depth;
      const entry = { title, mark, path: above.join(" › "), below: [], href: href === null ? null : new URL(href, base).href, text: folded(title) };
      above.push(title);
      return { depth, ...entry };
    });
    const open = [];
    for (const entry of entries) {
      open.length = entry.depth;
      open.at(-1)?.below.push(entry);
      open.push(entry);
    }
  });

  const here = entry => entry.href === location.href.split(/[?#]/)[0];
  const item = entry => {
    const link = make(entry.href === null ? "span" : "a", { textContent: entry.title });
    if (entry.href !== null) link.href = entry.href;
    if (entry.below.length && entry.href !== null) link.className = "section";
    if (entry.mark) link.append(" ", make("small", { textContent: entry.mark }));
    if (here(entry)) link.setAttribute("aria-current", "page");
    const below = entry.href === null && entry.below.length ? [make("ul", {}, ...entry.below.map(item))] : [];
    return make("li", {}, link, ...below);
  };

  document.addEventListener("recto:branch", ({ detail: place }) => {
    const href = place.querySelector("a").href;
    const entry = entries.find(entry => entry.href === href);
    if (!entry) return;
    const list = make("ul", { hidden: true }, ...entry.below.map(item));
    place.append(list);
    document.dispatchEvent(new CustomEvent("recto:parts", { cancelable: true, detail: [list] }));
  });

  // A title, with the parts that were looked for marked. Where folding changed its length, places would be wrong.
  const marked = ({ title, text }, words) => {
    const places = text.length === title.length ? words.map(word => [text.indexOf(word), word.length]).sort(([a], [b]) => a - b) : [];
    const parts = [];
    let end = 0;
    for (const [start, length] of places) {
      if (start < end) continue;
      parts.push(title.slice(end, start), make("mark", { textContent: title.slice(start, start + length) }));
      end = start + length;
    }
    return [...parts, title.slice(end)];
  };

  document.addEventListener("recto:filter", ({ detail: field }) => {
    const nav = field.closest(".nav");
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    let list = nav.querySelector(".found");
    if (!list) {
      list = make("ul", { className: "found" });
      const count = make("p", { className: "count", role: "status" });
      field.parentElement.after(count, list);
      field.addEventListener("keydown", event => {
        if (event.key === "Enter") list.querySelector("a")?.click();
        if (event.key === "ArrowDown") event.preventDefault(), list.querySelector("a")?.focus();
        if (event.key !== "Escape" || !field.value) return;
        event.preventDefault();
        field.value = "";
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
      list.addEventListener("keydown", event => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const links = [...list.querySelectorAll("a")];
        (links[links.indexOf(document.activeElement) + step] ?? (step < 0 ? field : links.at(-1))).focus();
      });
    }
    const found = words.length ? entries.filter(entry => entry.href !== null && words.every(word => entry.text.includes(word))) : [];
    // Titles that begin with what was looked for come first.
    found.sort((a, b) => b.text.startsWith(words[0]) - a.text.startsWith(words[0]));
    nav.classList.toggle("filtered", words.length > 0);
    list.replaceChildren(...found.slice(0, most).map(entry => {
      const link = make("a", { href: entry.href }, make("span", {}, ...marked(entry, words)));
      if (entry.path) link.append(make("small", { textContent: entry.path }));
      if (here(entry)) link.setAttribute("aria-current", "page");
      return make("li", {}, link);
    }));
    const few = found.length === 1 ? "1 page" : `${found.length} pages`;
    list.previousElementSibling.textContent = words.length ? (found.length ? few : "No page has this in its title") : "";
  });

  const closing = onclick => make("button", { type: "button", ariaLabel: words.close, textContent: "×", onclick });
  const enlarge = ({ src, currentSrc, alt }) => {
    const dialog = make("dialog", { className: "zoom", ariaLabel: alt || words.image, onclick: () => dialog.close(), onclose: () => dialog.remove() },
      make("img", { src: currentSrc || src, alt }), closing());
    document.body.append(dialog);
    dialog.showModal();
  };

  // An image that is shown smaller than it is can be seen as large as there is room.
  let images = [];
  const judge = () => {
    images = images.filter(image => image.isConnected);
    for (const image of images) {
      const smaller = image.clientWidth > 0 && image.clientWidth < (Number(image.getAttribute("width")) || image.naturalWidth) - 1;
      if (smaller === (image.role === "button")) continue;
      image.role = smaller ? "button" : null;
      image.ariaLabel = smaller ? `${words.enlarge}: ${image.alt || words.image}` : null;
      if (smaller) image.tabIndex = 0;
      else image.removeAttribute("tabindex");
    }
  };
  document.addEventListener("recto:images", ({ detail }) => {
    images.push(...detail);
    for (const image of detail) {
      const wanted = () => image.role === "button" && enlarge(image);
      image.addEventListener("load", judge);
      image.addEventListener("click", wanted);
      image.addEventListener("keydown", event => {
        if (event.key !== " " && event.key !== "Enter") return;
        event.preventDefault();
        wanted();
      });
    }
    judge();
  });
  addEventListener("resize", judge);
  document.addEventListener("toggle", judge, true);
  document.addEventListener("click", ({ target }) => target.role === "tab" && judge());

  document.addEventListener("recto:thanks", ({ detail: [form, say] }) => say((form.firstElementChild.textContent = form.dataset.thanks)));

  // Where a page may not write to the clipboard, it may copy a selection.
  document.addEventListener("recto:copy", ({ detail: { text, button } }) => {
    const area = make("textarea", { value: text });
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  });

  // What the site says of its versions differs from what this page shows, or a day is over: the list is mended, and what matters for this
  // page is told once, over the page, so that nothing moves.
  document.addEventListener("recto:versions", ({ detail: listed }) => {
    const at = new URL("versions.json", base);
    const menu = document.querySelector(".switcher ul");
    const own = menu.querySelector("[aria-current]");
    const links = [...menu.querySelectorAll("a")];
    const was = own.querySelector(".status").className;
    let before = null;
    for (const { version, title, status, url } of listed.reverse()) {
      const { href } = new URL(url, at);
      let link = links.find(link => link.dataset.version === version);
      if (!link && href.startsWith(base.href)) {
        link = make("a", { href }, make("span", { className: "name", textContent: title }), " ", make("span", { className: "status" }));
        menu.insertBefore(make("li", {}, link), before);
      }
      if (!link || !/^[a-z]+$/.test(status)) continue;
      before = link.parentElement;
      const label = link.querySelector(".status");
      label.className = `status ${status}`;
      label.textContent = status[0].toUpperCase() + status.slice(1);
    }
    const name = link => link.querySelector(".name").textContent;
    const status = own.querySelector(".status").className;
    const current = menu.querySelector(".current")?.closest("a");
    const facts = { current: "has been released", supported: "is no longer the current version", deprecated: "is deprecated", retired: "is retired" };
    const ended = own.querySelector(".ended") && !document.querySelector(".banner") && "is no longer supported";
    const fact = (status !== was && facts[status.slice(7)]) || ended;
    if (!fact) return;
    const text = `${name(own)} ${fact}.`;
    const told = `recto:told ${text}`;
    try {
      if (sessionStorage.getItem(told)) return;
    } catch {}
    const box = make("aside", { className: "notice", ariaLabel: text }, make("p", {}, text), closing(() => {
      box.remove();
      try {
        sessionStorage.setItem(told, "1");
      } catch {}
    }));
    if (current && current !== own) box.firstChild.append(" ", make("a", { href: current.href, textContent: `Go to ${name(current)}` }));
    document.body.append(box);
  });
})();
