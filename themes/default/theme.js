// What has to be known before a page is painted: that there is script, whether the page comes from disk (`file`), the reader's colours,
// and the tabs that they chose.
//
// It stands in the head and blocks, so it does nothing more. Storage may be forbidden, or hold anything.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js", location.protocol.slice(0, -1));
  try {
    const theme = localStorage.getItem("recto:theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    // Of each group that has the label, the page is laid out with that tab; of two labels of a group, the last chosen counts.
    const chosen = [JSON.parse(localStorage.getItem("recto:tabs")) ?? []].flat().filter(label => typeof label === "string");
    const rules = chosen.slice(0, 9).reverse().map(label => {
      const tab = `> .tab.tab[aria-label="${CSS.escape(label)}"]`;
      const group = ".tabs:not(.live)";
      return `${group}:has(${tab.replace(".tab", "")}) > .tab { animation: await 2s } ${group} ${tab} { animation: none; margin: 0 }`;
    });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules.join(" "));
    if (rules.length) document.adoptedStyleSheets = [sheet];
  } catch {}
})();
