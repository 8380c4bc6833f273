// The theme's script on a page with every element: tabs, anchors into what is hidden, copying.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browser, fixture, page, phone, serve } from "./bed.mjs";

let chromium, server;
before(async () => {
  server = await serve(fixture);
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  await server?.close();
});

/** The page, at an anchor; what goes wrong on it fails the test at its end. */
async function open(t, anchor = "", options = {}, prepare = async () => {}) {
  const { opened, faults, close } = await page(chromium, server.origin, options);
  t.after(async () => {
    await close();
    assert.deepEqual(faults, []);
  });
  await prepare(opened);
  await opened.goto(`${server.origin}/fixture/page.html${anchor}`);
  return opened;
}

/** The chosen label of each group, and whether exactly its panel shows. */
async function chosen(opened) {
  return opened.locator(".tabs").evaluateAll(groups =>
    groups.map(group => {
      const panels = [...group.querySelectorAll(":scope > .tab")];
      const shown = panels.filter(panel => panel.firstElementChild.nextElementSibling.checkVisibility());
      const tab = group.querySelector("[aria-selected=true]");
      const agrees = shown.length === 1 && tab.getAttribute("aria-controls") === shown[0].id && shown[0].getAttribute("aria-labelledby") === tab.id;
      return agrees ? tab.textContent : `${tab.textContent}, but ${shown.length} panels`;
    }),
  );
}

const tab = (opened, group, name) => opened.locator(group).getByRole("tab", { name, exact: true });
const clipboard = opened => opened.evaluate(() => navigator.clipboard.readText());

test("a tab is chosen with the mouse, and all groups that have its label follow", async t => {
  const opened = await open(t);
  assert.deepEqual(await chosen(opened), ["Python", "Python", "npm", "أ"]);
  await tab(opened, "#second", "Go").click();
  assert.deepEqual(await chosen(opened), ["Go", "Go", "Go", "أ"]);
  await tab(opened, "#second", "curl").click();
  assert.deepEqual(await chosen(opened), ["Go", "curl", "Go", "أ"]);
});

test("the tab stays where it is on the screen while groups above it change", async t => {
  for (const viewport of [undefined, phone]) {
    const opened = await open(t, "", viewport && { viewport });
    const clicked = tab(opened, "#third", "Go");
    await clicked.evaluate(tab => tab.scrollIntoView({ block: "center" }));
    const before = await clicked.boundingBox();
    const height = await opened.evaluate(() => document.querySelector("#first").offsetHeight);
    await clicked.click();
    const after = await clicked.boundingBox();
    assert.notEqual(height, await opened.evaluate(() => document.querySelector("#first").offsetHeight), "the group above changes");
    assert.ok(Math.abs(after.y - before.y) < 1, `${before.y} and ${after.y}`);
  }
});

test("tabs are walked with the keyboard", async t => {
  const opened = await open(t);
  await tab(opened, "#first", "Python").focus();
  for (const [key, label] of [
    ["ArrowRight", "Go"],
    ["ArrowRight", "<Rust>"],
    ["ArrowRight", "Python"],
    ["ArrowLeft", "<Rust>"],
    ["Home", "Python"],
    ["End", "<Rust>"],
  ]) {
    await opened.keyboard.press(key);
    assert.equal((await chosen(opened))[0], label, key);
    assert.equal(await opened.evaluate(() => document.activeElement.textContent), label, key);
  }
  // One tab of a group is in the order of the Tab key; the next stop is in the panel.
  await opened.keyboard.press("Tab");
  assert.equal(await opened.evaluate(() => document.activeElement.closest(".tab")?.getAttribute("role")), "tabpanel");
  // Keys of the browser's own stay its own.
  await tab(opened, "#first", "<Rust>").focus();
  await opened.keyboard.press("Control+Home");
  assert.equal((await chosen(opened))[0], "<Rust>");
});

test("in text from right to left the arrows follow the eye", async t => {
  const opened = await open(t);
  await tab(opened, "#rtl", "أ").focus();
  await opened.keyboard.press("ArrowLeft");
  assert.equal((await chosen(opened))[3], "ب");
  await opened.keyboard.press("ArrowRight");
  assert.equal((await chosen(opened))[3], "أ");
});

test("the choice is kept; of two that a group has, the later one counts", async t => {
  const opened = await open(t);
  await tab(opened, "#second", "curl").click();
  await tab(opened, "#first", "<Rust>").click();
  await opened.reload();
  assert.deepEqual(await chosen(opened), ["<Rust>", "curl", "npm", "أ"]);
  await tab(opened, "#first", "Python").click();
  await opened.reload();
  assert.deepEqual(await chosen(opened), ["Python", "Python", "npm", "أ"]);
});

test("tabs work where storage is forbidden or holds something else", async t => {
  const forbid = opened =>
    opened.addInitScript(() => {
      Object.defineProperty(globalThis, "localStorage", {
        get() {
          throw new DOMException("forbidden", "SecurityError");
        },
      });
    });
  const spoil = value => opened => opened.addInitScript(value => localStorage.setItem("recto:tabs", value), value);
  for (const prepare of [forbid, spoil("{"), spoil("7"), spoil('{"a":1}'), spoil("null"), spoil("[null,[],7]")]) {
    const opened = await open(t, "", {}, prepare);
    await tab(opened, "#second", "Go").click();
    assert.deepEqual(await chosen(opened), ["Go", "Go", "Go", "أ"]);
  }
});

for (const [browsers, prepare] of [
  ["", undefined],
  // Older browsers know `hidden` without more, and do not look into it on their own.
  [", in older browsers too", opened => opened.addInitScript(() => Object.defineProperty(HTMLElement.prototype, "hidden", {
    get() {
      return this.hasAttribute("hidden");
    },
    set(hidden) {
      this.toggleAttribute("hidden", Boolean(hidden));
    },
  }))],
]) test(`an address into a hidden tab opens it, and only there${browsers}`, async t => {
  const opened = await open(t, "#in-go", {}, prepare);
  assert.deepEqual(await chosen(opened), ["Go", "Python", "npm", "أ"]);
  const seen = () => opened.locator("#in-go").evaluate(heading => heading.getBoundingClientRect().top);
  const inView = async () => {
    const top = await seen();
    assert.ok(top > 0 && top < 400, `the heading is at ${top}`);
  };
  await inView();
  await opened.reload();
  await tab(opened, "#first", "Python").click();
  await opened.evaluate(() => history.replaceState(null, "", location.pathname));
  await opened.locator("#jumps a").first().click();
  await opened.waitForFunction(() => !document.querySelector("#in-go").closest("[hidden]"));
  assert.equal((await chosen(opened))[0], "Go");
  await inView();
});

test("an address into a closed disclosure opens it; a broken one does nothing", async t => {
  const opened = await open(t, "#%E0%A4%A");
  await opened.locator("#jumps a").last().click();
  await opened.locator("#in-details").waitFor({ state: "visible" });
  await opened.goto(`${server.origin}/fixture/page.html#in-details`);
  assert.ok(await opened.locator("#in-details").isVisible());
});

test("what is in a hidden tab can be searched for", async t => {
  const opened = await open(t, "#:~:text=the%20same%20one%20that");
  await opened.waitForFunction(() => document.querySelector("#first [aria-selected=true]").textContent === "Go");
  assert.deepEqual(await chosen(opened), ["Go", "Python", "npm", "أ"]);
});

test("nothing moves when the script comes late", async t => {
  // All that shows, but for captions, whose place the tabs take.
  const places = opened =>
    opened.evaluate(() => {
      const blocks = [...document.querySelectorAll("article > *, .tab > :not(.tab-title, .copy)")];
      globalThis.seen ??= blocks.filter(block => block.checkVisibility({ visibilityProperty: true }));
      return globalThis.seen.map(block => scrollY + block.getBoundingClientRect().top);
    });
  let before;
  const opened = await open(t, "", {}, opened =>
    opened.route("**/site.js", async route => {
      // Once the page without script is painted.
      await opened.waitForFunction(() => document.querySelector(".footnotes"));
      await opened.evaluate(() => new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted))));
      before = await places(opened);
      await route.continue();
    }),
  );
  assert.ok(before.length > 40);
  assert.deepEqual(await places(opened), before);
});

test("if the script does not come, all tabs show after a while", async t => {
  const { opened, close } = await page(chromium, server.origin);
  t.after(close);
  await opened.route("**/site.js", route => route.abort());
  await opened.goto(`${server.origin}/fixture/page.html`);
  await opened.waitForFunction(() => document.querySelector("#in-go").checkVisibility({ visibilityProperty: true }));
});

test("on paper all tabs show, with their captions", async t => {
  const opened = await open(t);
  await opened.emulateMedia({ media: "print" });
  const hidden = await opened.locator(".tab > *").evaluateAll(all => all.filter(one => !one.matches(".copy, figcaption") && !one.checkVisibility()).map(one => one.outerHTML));
  assert.deepEqual(hidden, []);
  assert.equal(await opened.locator("[role=tablist]:visible, .copy:visible").count(), 0);
  const heights = await opened.locator(".tab").evaluateAll(all => all.map(one => one.offsetHeight));
  assert.ok(heights.every(height => height > 20), `${heights}`);
});

test("the button copies code without prompts and removed lines, and says so", async t => {
  const opened = await open(t);
  const copied = "acme init\nacme.connect(\"v2\")\ndone";
  const button = opened.locator(".copy:has(+ #marked) .clip");
  assert.equal(await opened.locator("#marked").evaluate(block => block.textContent.includes("$ ") && block.textContent.includes("v1")), true);
  await button.focus();
  await opened.keyboard.press("Enter");
  await opened.getByRole("status").getByText("Copied").waitFor();
  assert.equal(await clipboard(opened), copied);
  // In a tab that is not shown when the page opens too.
  await tab(opened, "#second", "Go").click();
  await opened.locator("#second .tab:not([hidden]) .copy .clip").click();
  await opened.waitForFunction(() => navigator.clipboard.readText().then(text => text.startsWith("order, err")));
  assert.match(await clipboard(opened), /^order, err :=[^]*\n\treturn err\n}\n[^\n]*$/);
  assert.equal(await opened.locator(".copy:has(+ .mermaid)").count(), 0, "a diagram has no button");
});

test("the button copies where a page may not write to the clipboard", async t => {
  const refuse = opened => opened.addInitScript(() => Object.defineProperty(Clipboard.prototype, "write", { value: () => Promise.reject(new Error("no")) }));
  const opened = await open(t, "", {}, refuse);
  await opened.locator(".copy:has(+ #marked) .clip").click();
  await opened.getByRole("status").getByText("Copied").waitFor();
  assert.equal((await clipboard(opened)).trimEnd(), "acme init\nacme.connect(\"v2\")\ndone");
});

test("a selection is copied without prompts and removed lines", async t => {
  const opened = await open(t);
  const select = async (from, start, to, end) => {
    await opened.evaluate(
      ([from, start, to, end]) => {
        const line = no => document.querySelectorAll("#marked .line")[no];
        const last = node => (node.lastChild ? last(node.lastChild) : node);
        getSelection().setBaseAndExtent(last(line(from)), start, last(line(to)), end);
      },
      [from, start, to, end],
    );
    await opened.keyboard.press("Control+c");
    return clipboard(opened);
  };
  // From the middle of the first line to the middle of the last one.
  assert.equal(await select(0, 5, 3, 2), "init\nacme.connect(\"v2\")\ndo");
  // A part of a removed line alone is what the reader wants.
  assert.equal(await select(1, 0, 1, 4), "acme");
  // The whole block, prompt and all.
  await opened.locator("#marked code").evaluate(code => getSelection().selectAllChildren(code));
  await opened.keyboard.press("Control+c");
  assert.equal((await clipboard(opened)).trimEnd(), "acme init\nacme.connect(\"v2\")\ndone");
  // Text outside of code is the browser's business.
  await opened.locator("h1").evaluate(heading => getSelection().selectAllChildren(heading));
  await opened.keyboard.press("Control+c");
  assert.equal((await clipboard(opened)).trimEnd(), "Gallery");
});

test("a sign of a callout stays with callouts, and does not reach a marked line of code", async t => {
  const opened = await open(t);
  const sign = selector => opened.locator(selector).first().evaluate(element => getComputedStyle(element, "::before").content);
  assert.equal(await sign("#marked .warning"), "none");
  assert.match(await sign(".callout.warning"), /!/);
});
