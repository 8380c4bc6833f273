/* Pages about what changed: any two releases on the upgrade page, and fewer entries on the page of a topic.
   What an upgrade needs, and in which order, is decided as `render/changelog/needs.rs` does for pages of pairs. */
(() => {
  "use strict";
  const NEEDS = ["Breaking", "Removed", "Deprecated", "Changed"];
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const pick = (form) => {
    const { from, to, plan } = form.elements;
    const found = form.nextElementSibling;
    const entries = new Map(); // by release and number
    const files = form.dataset.chunks.split(" ").filter(Boolean).map((file) => {
      const [, first, href] = file.match(/^(\d+):(.*)$/);
      return { first: Number(first), href, state: "" };
    });
    const version = (select) => select.selectedOptions[0]?.parentElement.label ?? "";
    const area = (entry) => entry.areas[0]?.toLowerCase();

    document.addEventListener("recto:entries", (event) => {
      for (const entry of event.detail) entries.set(`${entry.release} ${entry.entry}`, entry);
    });

    // Releases are numbered from the newest on: those after `from`, up to `to`.
    const needed = () => {
      const inside = (release) => release >= Number(to.value) && release < Number(from.value);
      return [...entries.values()]
        .filter((entry) => inside(entry.release))
        .filter((entry) => !(entry.settled ?? []).some(inside) && !(entry.reverts?.length && entry.reverts.every(inside)))
        .sort((a, b) => a.need - b.need || !area(a) - !area(b) || (area(a) < area(b) ? -1 : area(a) > area(b) ? 1 : 0)
          || b.release - a.release || a.entry - b.entry);
    };

    const shown = (entry) => {
      const item = make("li", { className: "entry", innerHTML: entry.html });
      const tells = make("p", { className: "tells" }, make("a", { href: entry.href, textContent: entry.title }));
      const own = [version(from), version(to)];
      for (const page of entry.pages) {
        const links = page.links.filter((link) => own.includes(link.title));
        const span = make("span", { textContent: `${page.title}: ` });
        (links.length ? links : page.links.slice(0, 1)).forEach((link, no) => {
          span.append(no ? ", " : "", make("a", { href: link.href, textContent: link.title }));
        });
        tells.append(span);
      }
      item.append(tells);
      return item;
    };

    const show = () => {
      if (Number(to.value) >= Number(from.value)) {
        return found.replaceChildren(make("p", { textContent: "Pick a release to upgrade to that is newer than the one you run." }));
      }
      const all = needed();
      const plans = [...new Set(all.flatMap((entry) => entry.plans))].sort();
      plan.parentElement.hidden = !plans.length;
      const wanted = plans.includes(plan.value) ? plan.value : "";
      plan.replaceChildren(make("option", { value: "", textContent: "All plans" }), ...plans.map((name) => make("option", { value: name, textContent: name })));
      plan.value = wanted;
      const mine = all.filter((entry) => !wanted || !entry.plans.length || entry.plans.includes(wanted));
      const count = mine.length === 1 ? "1 change asks" : `${mine.length} changes ask`;
      const parts = [make("p", { className: "sum", textContent: `${mine.length ? count : "Nothing asks"} something of you between ${from.selectedOptions[0].text} and ${to.selectedOptions[0].text}.` })];
      NEEDS.forEach((title, need) => {
        const own = mine.filter((entry) => entry.need === need);
        if (!own.length) return;
        const section = make("section", { className: "need" }, make("h2", { textContent: title }));
        let list;
        own.forEach((entry, no) => {
          if (!list || area(entry) !== area(own[no - 1])) {
            if (area(entry)) section.append(make("h3", { textContent: entry.areas[0] }));
            list = section.appendChild(make("ul"));
          }
          list.append(shown(entry));
        });
        parts.push(section);
      });
      found.replaceChildren(...parts);
    };

    const load = () => {
      const [newest, oldest] = [Number(to.value), Number(from.value)];
      const wanted = files.filter((file, no) => file.first < oldest && (files[no + 1]?.first ?? Infinity) > newest);
      const missing = wanted.filter((file) => file.state !== "here");
      if (!missing.length) return show();
      for (const file of missing.filter((file) => !file.state)) {
        file.state = "asked";
        const script = make("script", { src: file.href });
        script.onload = () => { file.state = "here"; load(); };
        script.onerror = () => {
          file.state = "";
          found.replaceChildren(make("p", { textContent: "The changes could not be loaded. The changelog has them." }));
        };
        document.head.append(script);
      }
    };

    const options = [...from.options];
    const named = (name) => options.find((option) => option.text === name)?.value;
    const asked = new URLSearchParams(location.search);
    const newest = options.find((option) => option.text !== "Unreleased") ?? options[0];
    to.value = named(asked.get("to")) ?? newest?.value;
    const before = options.filter((option) => Number(option.value) > Number(to.value));
    from.value = named(asked.get("from")) ?? (before.find((option) => option.parentElement !== newest?.parentElement) ?? before[0] ?? newest)?.value;
    form.addEventListener("change", (event) => {
      if (event.target === plan) return show();
      const query = new URLSearchParams({ from: from.selectedOptions[0].text, to: to.selectedOptions[0].text });
      history.replaceState(null, "", `?${query}`);
      load();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    load();
  };

  const narrow = (list) => {
    const items = [...list.querySelectorAll(".entry[data-kind]")];
    const values = (item, name) => item.dataset[name].split("|").filter(Boolean);
    const form = make("form", { className: "pick" });
    for (const [name, title] of [["kind", "Kind"], ["areas", "Area"], ["plans", "Plan"]]) {
      const all = [...new Set(items.flatMap((item) => values(item, name)))].sort();
      if (all.length < 2) continue;
      const select = make("select", { name }, make("option", { value: "", textContent: "All" }), ...all.map((value) => make("option", { value, textContent: value })));
      form.append(make("label", {}, `${title} `, select));
    }
    if (!form.children.length) return;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => {
      const wanted = [...form.elements].filter((select) => select.value);
      for (const item of items) item.hidden = !wanted.every((select) => values(item, select.name).includes(select.value));
      for (const section of list.querySelectorAll("section")) section.hidden = !section.querySelector(".entry:not([hidden])");
    });
    list.before(form);
  };

  const form = document.querySelector("form.pick");
  const list = document.querySelector("[data-narrow]");
  if (form) pick(form);
  if (list) narrow(list);
})();
