// What the theme does for a reader: versions, colours, ways through the site, and help for those who are lost. And what that costs.
//
// A site of its own, built by the program (`RECTO`, else the debug build): three versions, of which one is out of support.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

import { browser, desktop, page, phone, serve, site as own, violations } from "./bed.mjs";

const program = process.env.RECTO ?? fileURLToPath(new URL("../../target/debug/recto", import.meta.url));
const filler = Array.from({ length: 12 }, (_, no) => `Paragraph ${no} of words that fill the page, so that there is something to scroll through.\n`).join("\n");
const tabs = ":::tabs\n:::tab Python\nOne line.\n:::tab Rust\nA line.\n\nAnother one.\n\nAnd a third.\n:::\n";
const settings = {
  "recto.toml": `title = "Acme"
url = "https://acme.example/docs/"
[theme]
accent = "#0b7a75"
favicon = "icon.svg"
home = "landing"
feedback = "/feedback"
[[versions]]
id = "3"
title = "Dashboard 3"
status = "current"
released = 2026-03-01
support_ends = 2999-12-31
[[versions]]
id = "2"
title = "Dashboard 2"
status = "supported"
support_ends = 2020-01-02
inherits = "3"
content = "versions/2"
without = ["news.md"]
[[versions]]
id = "1"
title = "Dashboard 1"
status = "deprecated"
support_ends = 2020-01-01
inherits = "2"
content = "versions/1"
`,
  "content/index.md": "+++\ntitle = \"Acme for builders\"\ndescription = \"All of it.\"\n+++\n**[Start](start.md)** [Guides](guides/index.md)\n\nWords.\n",
  "content/start.md": `+++\norder = 1\n+++\n# Start\n\n${tabs}\n![A plan](plan.svg)\n\n\`\`\`sh\necho ${"long ".repeat(60)}\n\`\`\`\n\n## First\n\n${filler}\n## Second\n\n${filler}\n### Third\n\n${filler}\n## Last\n\nEnd.\n`,
  "static/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>\n',
  "content/plan.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="2400" height="900" viewBox="0 0 24 9"><rect width="24" height="9" fill="#888"/></svg>\n',
  "content/news.md": "# News\n\nWhat is new.\n",
  "versions/2/old.md": "# Old\n\nOnly here.\n",
  "versions/1/older.md": "# Older\n\nOnly here.\n",
  "content/guides/index.md": "# Guides\n\nAll guides.\n",
  "content/guides/deep/index.md": "# Deep\n\nFurther down.\n",
  "content/guides/deep/cafe.md": "# Café `<b>` orders\n\nWords.\n",
};
for (let no = 1; no <= 14; no++) settings[`content/guides/guide-${no}.md`] = `# Guide number ${no}\n\n${filler}`;

const base = "/docs/";
let folder, chromium, server;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "recto-reader-"));
  for (const [name, text] of Object.entries(settings)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const built = spawnSync(program, ["build", "--root", folder, "--color", "never"], { encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
  server = await serve({ [base]: join(folder, "public"), "/own/": own });
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page at `path` of the site; what goes wrong on it fails the test at its end. */
async function open(t, path, options = {}, prepare = async () => {}) {
  const { opened, faults, close } = await page(chromium, server.origin, options);
  t.after(async () => {
    await close();
    assert.deepEqual(faults, []);
  });
  await prepare(opened);
  await opened.goto(server.origin + base + path);
  return opened;
}
const remember = (name, value) => opened => opened.addInitScript(([name, value]) => localStorage.setItem(name, value), [name, value]);
const scheme = opened => opened.evaluate(() => getComputedStyle(document.documentElement).colorScheme);

// ---- Versions --------------------------------------------------------------------------------------------------------------------

for (const javaScriptEnabled of [true, false]) {
  test(`the switcher leads to the same page, ${javaScriptEnabled ? "with" : "without"} script`, async t => {
    const opened = await open(t, "guides/guide-2/", { javaScriptEnabled });
    await opened.locator(".switcher summary").click();
    const entry = opened.locator(".switcher").getByRole("link", { name: /Dashboard 1/ });
    assert.match(await entry.innerText(), /Deprecated/);
    await entry.click();
    await opened.waitForURL(`${server.origin}${base}1/guides/guide-2/`);
    assert.match(await opened.locator(".banner").innerText(), /Dashboard 1 is deprecated/);
    await opened.goto(`${server.origin}${base}news/`);
    await opened.locator(".switcher summary").click();
    assert.match(await opened.locator(".switcher").innerText(), /Not in this version, leads to “Acme for builders”/);
  });
}

test("the switcher closes with Escape, and when the reader turns elsewhere", async t => {
  const opened = await open(t, "start/");
  const menu = opened.locator(".switcher details");
  for (const away of [() => opened.keyboard.press("Escape"), () => opened.locator("h1").click()]) {
    await opened.locator(".switcher summary").click();
    assert.ok(await menu.evaluate(menu => menu.open));
    await away();
    assert.ok(!(await menu.evaluate(menu => menu.open)));
  }
});

test("days are compared in the browser: in banners, in the switcher, and over pages that say nothing", async t => {
  let opened = await open(t, "1/start/");
  assert.match(await opened.locator(".banner").innerText(), /Support ended on 2020-01-01/);
  await opened.locator(".switcher summary").click();
  assert.match(await opened.locator(".switcher [aria-current]").innerText(), /Support ended 2020-01-01/);
  assert.match(await opened.locator(".switcher").getByRole("link", { name: /Dashboard 3/ }).innerText(), /Supported until 2999-12-31/);
  opened = await open(t, "2/start/");
  const notice = opened.locator(".notice");
  await notice.waitFor();
  assert.match(await notice.innerText(), /Dashboard 2 is no longer supported/);
  assert.deepEqual(await violations(opened), []);
  await notice.getByRole("link", { name: "Go to Dashboard 3" }).click();
  await opened.waitForURL(`${server.origin}${base}start/`);
  await opened.goBack();
  await notice.getByRole("button", { name: "Close" }).click();
  await opened.goto(`${server.origin}${base}2/guides/`);
  await opened.waitForFunction(() => document.querySelector("script[src*=more]"));
  assert.equal(await notice.count(), 0, "what was closed stays away");
});

/** Answers for `versions.json`, as the site would once it knows more than this page. */
const knows = versions => opened => opened.route("**/versions.json", route => route.fulfill({ json: versions }));
const listed = (version, status, more = {}) => ({ version, title: `Dashboard ${version}`, aliases: [], status, url: `${version}/`, ...more });

test("an old page learns of newer versions, and what became of its own", async t => {
  const now = [listed("4", "current", { url: "./" }), listed("3", "deprecated"), listed("2", "retired"), listed("1", "retired")];
  const opened = await open(t, "start/", {}, knows(now));
  await opened.locator(".notice").waitFor();
  assert.match(await opened.locator(".notice").innerText(), /Dashboard 3 is deprecated\. Go to Dashboard 4/);
  await opened.locator(".switcher summary").click();
  const names = await opened.locator(".switcher li").allInnerTexts();
  assert.deepEqual(names.map(name => name.split("\n").slice(0, 2).join(" ")), ["Dashboard 4 Current", "Dashboard 3 Deprecated", "Dashboard 2 Retired", "Dashboard 1 Retired"]);
  assert.equal(await opened.locator(".switcher a").first().getAttribute("href"), `${server.origin}${base}`);
});

test("what the list of versions says never leads elsewhere, and is never markup", async t => {
  for (const answer of [
    [listed("9", "current", { title: "<img src=x onerror=alert(1)>", url: "https://evil.example/" }), listed("8", "<b>", { url: "javascript:alert(1)" }), listed("7", "current", { url: "//evil.example/" })],
    { not: "a list" }, "nothing", null, [null, 7, {}],
  ]) {
    const opened = await open(t, "start/", {}, knows(answer));
    await opened.waitForLoadState("networkidle");
    assert.equal(await opened.locator(".switcher li").count(), 3);
    assert.equal(await opened.locator(".switcher :is(img, b)").count(), 0);
  }
});

test("pages that are up to date ask for the list of versions and nothing more", async t => {
  const asked = [];
  const opened = await open(t, "news/", {}, async opened => opened.on("request", request => asked.push(request.url().split("/").at(-1))));
  await opened.waitForLoadState("networkidle");
  assert.ok(asked.includes("versions.json"));
  assert.ok(!asked.some(name => name.startsWith("more")), `${asked}`);
});

// ---- Colours ---------------------------------------------------------------------------------------------------------------------

test("colours go from the system's to light, to dark and back, and are kept", async t => {
  const opened = await open(t, "start/", { colorScheme: "dark" });
  const button = opened.locator(".theme");
  const seen = [];
  for (let no = 0; no < 3; no++) {
    seen.push([await button.getAttribute("aria-label"), await opened.evaluate(() => getComputedStyle(document.body).backgroundColor)]);
    await button.click();
    await opened.reload();
  }
  assert.deepEqual(seen.map(([label]) => label), ["Colours: as the system", "Colours: light", "Colours: dark"]);
  assert.equal(seen[0][1], seen[2][1]);
  assert.equal(seen[1][1], "rgb(255, 255, 255)");
  assert.equal(await button.getAttribute("aria-label"), "Colours: as the system");
});

test("no frame has other colours than those chosen, or other tabs", async t => {
  const opened = await open(t, "start/", {}, async opened => {
    await remember("recto:theme", "dark")(opened);
    await remember("recto:tabs", '["Rust"]')(opened);
    await opened.addInitScript(() => {
      globalThis.frames_ = [];
      const look = () => {
        const shown = [...document.querySelectorAll(".tab")].map(tab => tab.lastElementChild).filter(text => text.checkVisibility({ visibilityProperty: true }));
        if (shown.length) globalThis.frames_.push(`${getComputedStyle(document.documentElement).colorScheme} ${shown.map(text => text.textContent)}`);
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    // The script of the page comes late.
    await opened.route("**/site-*.js", async route => {
      await opened.waitForFunction(() => globalThis.frames_.length > 10);
      await route.continue();
    });
  });
  await opened.waitForFunction(() => document.querySelector(".tabs.live"));
  const frames = await opened.evaluate(() => [...new Set(globalThis.frames_)]);
  assert.deepEqual(frames, ["dark And a third."]);
});

test("without script the colours are the system's, and there is no switch", async t => {
  for (const colorScheme of ["light", "dark"]) {
    const opened = await open(t, "start/", { colorScheme, javaScriptEnabled: false });
    const ground = await opened.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(ground === "rgb(255, 255, 255)", colorScheme === "light");
    assert.equal(await opened.locator(".theme:visible, .filter:visible, .branch").count(), 0);
  }
});

test("colours that storage forbids or spoils are the system's", async t => {
  for (const value of ["purple", "", '"><b>']) assert.match(await scheme(await open(t, "start/", {}, remember("recto:theme", value))), /light dark/);
});

test("every accent can be read on, light and dark", async t => {
  const opened = await open(t, "start/");
  await opened.goto(`${server.origin}/own/reference/gallery/`);
  for (const colorScheme of ["light", "dark"]) {
    await opened.emulateMedia({ colorScheme });
    for (const accent of ["#ffee00", "#00ff00", "#00e5ff", "#0000ff", "#ff00ff", "#ff0000", "#000000", "#ffffff", "#808080"]) {
      // Colours pass into each other: they are judged when they have arrived. Those in a tab that is not shown never would by themselves.
      await opened.evaluate(async accent => {
        document.documentElement.style.setProperty("--accent", accent);
        await new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted)));
        for (const passage of document.getAnimations()) passage.finish();
      }, accent);
      assert.deepEqual(await violations(opened, ["color-contrast"]), [], `${accent}, ${colorScheme}`);
    }
  }
});

// ---- Ways through the site -------------------------------------------------------------------------------------------------------

test("the filter finds pages by their titles, with the keyboard, whatever branch they are in", async t => {
  const opened = await open(t, "start/");
  const filter = opened.getByRole("searchbox", { name: "Filter pages" });
  await filter.fill("cafe ORD");
  const found = opened.locator(".found a");
  await found.first().waitFor();
  assert.deepEqual(await found.allInnerTexts(), ["Café <b> orders\nGuides › Deep"]);
  assert.equal(await opened.locator(".found mark").allInnerTexts().then(marks => marks.join("|")), "Café|ord");
  assert.match(await opened.locator(".count").innerText(), /^1 page$/);
  assert.deepEqual(await violations(opened), []);
  await filter.fill("guide number");
  assert.equal(await found.count(), 14);
  await opened.keyboard.press("ArrowDown");
  await opened.keyboard.press("ArrowDown");
  assert.equal(await opened.evaluate(() => document.activeElement.innerText.split("\n")[0]), await found.nth(1).locator("span").innerText());
  await opened.keyboard.press("ArrowUp");
  await opened.keyboard.press("ArrowUp");
  assert.ok(await filter.evaluate(filter => filter === document.activeElement));
  await opened.keyboard.press("Escape");
  assert.equal(await found.count(), 0);
  assert.ok(await opened.locator(".nav > ul:not(.found)").first().isVisible());
  await filter.fill("nothing at all");
  assert.match(await opened.locator(".count").innerText(), /No page/);
  await filter.fill("number 9");
  await opened.keyboard.press("Enter");
  await opened.waitForURL(`${server.origin}${base}guides/guide-9/`);
});

test("a branch of the navigation opens where it is, and closes", async t => {
  const opened = await open(t, "2/start/");
  const branch = opened.getByRole("button", { name: "Pages of Guides" });
  await branch.click();
  const inside = opened.locator(".nav").getByRole("link", { name: "Guide number 3", exact: true });
  await inside.waitFor();
  assert.equal(await branch.getAttribute("aria-expanded"), "true");
  await opened.getByRole("button", { name: "Pages of Deep" }).click();
  assert.equal(await opened.locator(".nav").getByRole("link", { name: "Café" }).getAttribute("href"), `${server.origin}${base}2/guides/deep/cafe/`);
  assert.deepEqual(await violations(opened), []);
  await branch.click();
  assert.ok(!(await inside.isVisible()));
  await branch.click();
  await inside.click();
  await opened.waitForURL(`${server.origin}${base}2/guides/guide-3/`);
  // A branch that the page brought along closes without asking for anything.
  await opened.getByRole("button", { name: "Pages of Guides" }).click();
  assert.ok(!(await opened.locator(".nav").getByRole("link", { name: "Guide number 3", exact: true }).isVisible()));
});

test("branches and the filter work in a page that is opened from disk", async t => {
  const { opened, faults, close } = await page(chromium, "null");
  t.after(close);
  await opened.goto(pathToFileURL(join(folder, "public/start/index.html")).href);
  await opened.getByRole("button", { name: "Pages of Guides" }).click();
  await opened.locator(".nav").getByText("Guide number 3", { exact: true }).waitFor();
  assert.deepEqual(faults, []);
});

for (const knows of [true, false]) {
  test(`the open entry of a long navigation is in view, in browsers that ${knows ? "see to it" : "do not see to it"} themselves`, async t => {
    const without = opened => opened.route("**/site-*.css", async route => {
      const answer = await route.fetch();
      const style = await answer.text();
      assert.ok(style.includes("scroll-initial-target"));
      await route.fulfill({ response: answer, body: style.replaceAll("scroll-initial-target", "x") });
    });
    const opened = await open(t, "guides/guide-14/", { viewport: { width: 1200, height: 420 } }, knows ? undefined : without);
    const seen = await opened.locator(".nav [aria-current]").evaluate(entry => entry.getBoundingClientRect().bottom);
    assert.ok(seen > 100 && seen < 420, `${seen}`);
    assert.equal(await opened.evaluate(() => scrollY), 0);
  });
}

test("on a phone the site's name stays beside a long name of a version", async t => {
  for (const width of [390, 320]) {
    const opened = await open(t, "1/start/", { viewport: { width, height: 640 } });
    await opened.locator(".switcher summary .name").evaluate(name => (name.textContent = "Dashboard 1 (Classic, on premises)"));
    const box = await opened.locator(".brand span").boundingBox();
    const own = await opened.locator(".brand span").evaluate(name => name.scrollWidth);
    assert.ok(box.width > own - 1, `${box.width} of ${own} at ${width}`);
    assert.ok(await opened.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  }
});

for (const javaScriptEnabled of [true, false]) {
  test(`on a phone the menu opens and closes, ${javaScriptEnabled ? "with" : "without"} script`, async t => {
    const opened = await open(t, "start/", { viewport: phone, javaScriptEnabled });
    const link = opened.locator(".nav").getByRole("link", { name: "News" });
    assert.ok(!(await link.isVisible()));
    await opened.getByRole("button", { name: "Navigation" }).click();
    assert.ok(await link.isVisible());
    if (javaScriptEnabled) assert.deepEqual(await violations(opened), []);
    await opened.getByRole("button", { name: "Close" }).click();
    assert.ok(!(await link.isVisible()));
    await opened.getByRole("button", { name: "Navigation" }).click();
    await opened.keyboard.press("Escape");
    assert.ok(!(await link.isVisible()));
    await opened.locator(".toc summary").click();
    await opened.locator(".toc").getByRole("link", { name: "Third" }).click();
    await opened.waitForFunction(() => document.querySelector("#third").getBoundingClientRect().top < innerHeight / 3);
    const covered = await opened.evaluate(() => document.querySelector("#third").getBoundingClientRect().top - document.querySelector(".toc").getBoundingClientRect().bottom);
    assert.ok(covered >= 0, `the heading is under the table of contents: ${covered}`);
    if (!javaScriptEnabled) return;
    assert.ok(!(await opened.locator(".toc details").evaluate(list => list.open)), "the list closes behind the reader");
    await opened.waitForFunction(() => document.querySelector(".toc summary span").textContent === "Third");
  });
}

test("the table of contents marks where the reader is", async t => {
  const opened = await open(t, "start/");
  const marked = () => opened.locator(".toc [aria-current]").allInnerTexts().then(texts => texts.join("|"));
  assert.equal(await marked(), "");
  for (const [id, name] of [["second", "Second"], ["third", "Third"], ["first", "First"]]) {
    await opened.locator(`#${id}`).evaluate(heading => heading.scrollIntoView());
    await opened.waitForFunction(name => document.querySelector(".toc [aria-current]")?.textContent === name, name);
    assert.equal(await marked(), name);
  }
  // The last heading cannot come to the top of the window.
  await opened.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await opened.waitForFunction(() => document.querySelector(".toc [aria-current]")?.textContent === "Last");
});

test("a page is fetched before the reader clicks, once, and pages of other sites are not", async t => {
  const asked = [];
  const opened = await open(t, "start/", {}, async opened => opened.on("request", request => asked.push(new URL(request.url()).pathname)));
  await opened.waitForLoadState("networkidle");
  const link = opened.locator(".nav").getByRole("link", { name: "News" });
  for (let no = 0; no < 2; no++) {
    await link.hover();
    await opened.waitForFunction(() => document.querySelector("link[rel=prefetch]"));
    await opened.locator("h1").hover();
  }
  assert.equal(asked.filter(path => path === `${base}news/`).length, 1);
});

test("on the first page the buttons stand in a row, and apart from what follows", async t => {
  const opened = await open(t, "");
  const box = selector => opened.locator(selector).boundingBox();
  const [start, guides, which, words] = await Promise.all([".landing .lead + p strong a", ".landing .lead + p > a", ".which", ".landing > p:not(.lead, .lead + p)"].map(box));
  assert.deepEqual([guides.y, guides.height], [start.y, start.height]);
  assert.ok(words.y - (which.y + which.height) >= 16, "the list of versions keeps its distance");
});

test("the search offers no further results where there are none", async t => {
  const opened = await open(t, "start/");
  await opened.keyboard.press("Control+k");
  const dialog = opened.locator("dialog.search");
  await dialog.getByRole("combobox", { name: "Search" }).fill("xqzwv");
  await dialog.getByText("Nothing found").waitFor();
  assert.equal(await dialog.getByRole("button", { name: "More results" }).count(), 0);
});

test("a page is fetched once its link has the focus, but not again, and none of another site or for a reader who saves data", async t => {
  for (const saveData of [false, true]) {
    const opened = await open(t, "start/", {}, async opened => {
      await opened.clock.install();
      await opened.addInitScript(saveData => Object.defineProperty(navigator, "connection", { value: { saveData } }), saveData);
    });
    await opened.locator("h1").evaluate(heading => heading.append(Object.assign(document.createElement("a"), { href: "https://other.example/", textContent: "Elsewhere" })));
    const fetched = [];
    for (const name of ["Elsewhere", /^News/, "Elsewhere", /^News/]) {
      await opened.getByRole("link", { name }).first().focus();
      await opened.clock.runFor(1000);
      fetched.push(await opened.locator("link[rel=prefetch]").count());
    }
    assert.deepEqual(fetched, saveData ? [0, 0, 0, 0] : [0, 1, 1, 1]);
  }
});

// ---- Beside the text -------------------------------------------------------------------------------------------------------------

test("the sign beside a heading copies its address", async t => {
  const opened = await open(t, "start/");
  await opened.locator("#second").hover();
  await opened.locator("#second .anchor").click();
  await opened.getByRole("status").getByText("Copied").waitFor();
  assert.equal(await opened.evaluate(() => navigator.clipboard.readText()), `${server.origin}${base}start/#second`);
  assert.ok(opened.url().endsWith("#second"));
});

test("a page is copied as Markdown", async t => {
  const opened = await open(t, "guides/guide-2/");
  await opened.getByRole("button", { name: "Copy as Markdown" }).click();
  await opened.getByRole("status").getByText("Copied").waitFor();
  const twin = await opened.evaluate(() => fetch("index.md").then(answer => answer.text()));
  assert.match(twin, /^# Guide number 2$/m);
  assert.equal(await opened.evaluate(() => navigator.clipboard.readText()), twin);
});

test("what a page opened from disk cannot do is not offered there", async t => {
  const { opened, faults, close } = await page(chromium, "null");
  t.after(close);
  await opened.goto(pathToFileURL(join(folder, "public/start/index.html")).href);
  assert.ok(await opened.locator(".theme").isVisible(), "there is script");
  assert.equal(await opened.locator(".twin:visible").count(), 0, "no button");
  // What leads to the file works from there too.
  await opened.getByRole("link", { name: "View as Markdown" }).click();
  await opened.waitForURL("**/start/index.md");
  assert.deepEqual(faults, []);
});

test("a long line of code can be wrapped, and only that has the button", async t => {
  const opened = await open(t, "start/");
  await opened.locator("pre").hover();
  const wrap = opened.getByRole("button", { name: "Wrap lines" });
  await wrap.click();
  assert.equal(await wrap.getAttribute("aria-pressed"), "true");
  assert.ok(await opened.locator("pre").evaluate(pre => pre.scrollWidth <= pre.clientWidth));
  await wrap.click();
  assert.ok(await opened.locator("pre").evaluate(pre => pre.scrollWidth > pre.clientWidth));
  await opened.goto(`${server.origin}/own/getting-started/`);
  const agree = await opened.locator(".copy").evaluateAll(all => all.map(({ firstElementChild: wrap, nextElementSibling: block }) => {
    const pre = block.matches("pre") ? block : block.querySelector("pre");
    return wrap.checkVisibility() === pre.scrollWidth > pre.clientWidth;
  }));
  assert.ok(agree.length > 2 && agree.every(Boolean), `${agree}`);
});

test("an image that is shown smaller than it is opens large, and gives the focus back", async t => {
  const opened = await open(t, "start/");
  const image = opened.getByRole("button", { name: "Enlarge: A plan" });
  await image.focus();
  await opened.keyboard.press("Enter");
  const dialog = opened.getByRole("dialog", { name: "A plan" });
  await dialog.waitFor();
  assert.ok((await dialog.locator("img").boundingBox()).width > (await image.boundingBox()).width * 1.2);
  assert.deepEqual(await violations(opened), []);
  await opened.keyboard.press("Escape");
  assert.equal(await dialog.count(), 0);
  assert.ok(await image.evaluate(image => image === document.activeElement));
  await image.click();
  await dialog.getByRole("button", { name: "Close" }).click();
  assert.equal(await dialog.count(), 0);
});

test("whether a page was helpful goes to the site's own address", async t => {
  for (const javaScriptEnabled of [true, false]) {
    let sent;
    const opened = await open(t, "2/start/", { javaScriptEnabled }, opened => opened.route("**/feedback", route => {
      sent = `${route.request().method()} ${route.request().postData()}`;
      route.fulfill({ status: 204 });
    }));
    await Promise.all([opened.waitForResponse("**/feedback"), opened.getByRole("button", { name: "Yes" }).click()]);
    assert.equal(sent, "POST page=Start&version=2&helpful=yes");
    assert.ok(opened.url().endsWith("/2/start/"), "an answer without a page keeps the reader here");
    if (javaScriptEnabled) await opened.getByText("Thank you.").first().waitFor();
  }
});

test("the mark of the focus is whole where lists scroll", async t => {
  const opened = await open(t, "start/");
  for (const list of [".nav", ".toc"]) {
    await opened.keyboard.press("Tab");
    await opened.locator(`${list} a`).first().focus();
    const offset = await opened.locator(`${list} a`).first().evaluate(link => getComputedStyle(link).outlineOffset);
    assert.equal(offset, "-2px", list);
  }
});

test("on paper there is the text and nothing around it", async t => {
  const opened = await open(t, "1/start/");
  await opened.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const selector of [".nav", ".toc", ".tools", ".crumbs", ".pager", ".copy", ".feedback", ".menu"]) assert.equal(await opened.locator(`${selector}:visible`).count(), 0, selector);
  for (const selector of ["h1", ".banner", "pre", ".brand", ".switcher .name >> nth=0"]) assert.ok(await opened.locator(selector).first().isVisible(), selector);
  assert.match(await scheme(opened), /^light$/);
  assert.ok(await opened.locator("pre").evaluate(pre => pre.scrollWidth <= pre.clientWidth), "long lines are wrapped");
});

// ---- Lost readers ----------------------------------------------------------------------------------------------------------------

/** What the page for lost readers offers: a line for each heading, then `title -> address`. */
async function offered(opened) {
  await opened.waitForFunction(() => document.querySelector(".lost.live"), null, { timeout: 10_000 }).catch(() => assert.fail(`nothing comes at ${opened.url()}`));
  return opened.locator(".lost > section:not(.versions)").evaluateAll(sections => sections.flatMap(section => [
    section.querySelector("h2").textContent, ...[...section.querySelectorAll("a")].map(link => `${link.textContent} -> ${new URL(link.href).pathname}`)]));
}

test("the page for lost readers finds the address in other versions, and addresses that look like it", async t => {
  for (const [path, expected] of [
    ["1/news/", ["In other versions", "News -> /docs/news/"]],
    ["2/news/", ["In other versions", "News -> /docs/news/"]],
    ["2/older", ["In other versions", "Older -> /docs/1/older/", "Perhaps you meant", "Old -> /docs/2/old/"]],
    ["9/guides/deep/cafe/", ["Perhaps you meant", "Café <b> orders -> /docs/guides/deep/cafe/"]],
    ["strat/", ["Perhaps you meant", "Start -> /docs/start/"]],
    ["START.html", ["In other versions", "Start -> /docs/start/", "Start -> /docs/2/start/", "Start -> /docs/1/start/"]],
    ["1/guides/deep/caffe.html", ["Perhaps you meant", "Café <b> orders -> /docs/1/guides/deep/cafe/"]],
    ["wholly/unlike/anything/here", []],
    ["%E0%A4%A/", []],
    ["%3Cimg%20src=x%20onerror=alert(1)%3E/", []],
    ["//evil.example/start/", ["Perhaps you meant", "Start -> /docs/start/"]],
  ]) {
    const { opened, faults, close } = await page(chromium, server.origin);
    await opened.goto(`${server.origin}${base}${path}`);
    assert.deepEqual((await offered(opened)).slice(0, Math.max(expected.length, 1)), expected, path);
    assert.equal(await opened.locator(".lost :is(img, b)").count(), 0, path);
    assert.deepEqual(await violations(opened), [], path);
    assert.deepEqual(faults, [], path);
    await close();
  }
});

test("without script, or if that does not come, lost readers have the versions", async t => {
  const { opened, close } = await page(chromium, server.origin);
  t.after(close);
  await opened.route("**/lost-*.js", route => route.abort());
  await opened.goto(`${server.origin}${base}strat/`);
  await opened.waitForFunction(() => document.querySelector(".versions").checkVisibility({ visibilityProperty: true }));
  const plain = await open(t, "strat/", { javaScriptEnabled: false });
  assert.ok(await plain.locator(".versions").getByRole("link", { name: "Dashboard 2" }).isVisible());
});

// ---- What it costs ---------------------------------------------------------------------------------------------------------------

const kinds = ["", "start/", "guides/", "guides/guide-2/", "1/start/", "nothing/here/"];

test("nothing moves while a page loads, nor after", async t => {
  for (const viewport of [desktop, phone]) {
    for (const path of kinds) {
      const opened = await open(t, path, { viewport }, async opened => {
        await remember("recto:theme", "dark")(opened);
        await remember("recto:tabs", '["Rust"]')(opened);
        await opened.addInitScript(() => {
          globalThis.shifts = [];
          new PerformanceObserver(list => list.getEntries().forEach(({ value, sources }) => globalThis.shifts.push(`${value}: ${sources.map(({ node, previousRect, currentRect }) => `${node?.textContent.slice(0, 60)} ${JSON.stringify([previousRect, currentRect])}`)}`))).observe({ type: "layout-shift", buffered: true });
        });
      });
      await opened.waitForLoadState("networkidle");
      if (path.startsWith("nothing")) await offered(opened);
      await opened.evaluate(() => new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted))));
      // A browser that is kept busy may paint while it still reads the header, whose tools then make room for the button of the search:
      // what comes to two thousandths of the window is that.
      const shifts = await opened.evaluate(() => globalThis.shifts.filter(told => parseFloat(told) > 0.002));
      assert.deepEqual(shifts, [], `${path} at ${viewport.width}`);
    }
  }
});

test("a page is made of four files until it is loaded, images aside", async t => {
  for (const path of kinds) {
    const opened = await open(t, path);
    const asked = await opened.evaluate(() => {
      const [page] = performance.getEntriesByType("navigation");
      const early = ({ initiatorType, startTime }) => !["img", "other"].includes(initiatorType) && startTime < page.loadEventStart;
      return [page, ...performance.getEntriesByType("resource").filter(early)].map(({ name }) => name);
    });
    assert.equal(asked.length, 4, `${path}: ${asked.join(", ")}`);
  }
});

test("pages keep to their budgets, compressed", t => {
  const size = bytes => gzipSync(bytes, { level: 9 }).length;
  const theme = join(own, "_/theme");
  const of = pattern => readdirSync(theme).filter(name => pattern.test(name)).reduce((sum, name) => sum + size(readFileSync(join(theme, name))), 0);
  const figures = {
    "scripts that every page loads": [of(/^(theme|site)-.*\.js$/), 5000],
    "scripts that come when they are wanted": [of(/^(more|lost)-.*\.js$/), 4200],
    stylesheet: [of(/^site-.*\.css$/), 9000],
    "first page": [size(readFileSync(join(own, "index.html"))), 8000],
    guide: [size(readFileSync(join(own, "guides/second-version/index.html"))), 8000],
    "longest reference": [size(readFileSync(join(own, "reference/templates/index.html"))), 12000],
  };
  for (const [what, [is, most]] of Object.entries(figures)) {
    t.diagnostic(`${what}: ${is} of ${most} bytes`);
    assert.ok(is > 100 && is <= most, `${what}: ${is} bytes, may be ${most}`);
  }
});

test("from right to left the page is mirrored", async t => {
  const opened = await open(t, "start/");
  await opened.evaluate(() => (document.documentElement.dir = "rtl"));
  const [nav, main, toc] = await Promise.all([".nav", "main", ".toc"].map(selector => opened.locator(selector).boundingBox()));
  assert.ok(nav.x > main.x && main.x > toc.x);
  // Code is written from left to right all the same: its buttons are at its end, and its signs stand where they were written.
  await opened.locator("pre").hover();
  const [block, button] = await Promise.all(["pre", ".copy .clip"].map(selector => opened.locator(selector).boundingBox()));
  assert.ok(button.x > block.x + block.width / 2, `${button.x} in ${block.x} to ${block.x + block.width}`);
  const underscore = await opened.locator("#first + p").evaluate(place => {
    const code = Object.assign(document.createElement("code"), { textContent: "ord_" });
    place.append(" نص ", code, " نص");
    const range = new Range();
    range.setStart(code.firstChild, 3);
    range.setEnd(code.firstChild, 4);
    return range.getBoundingClientRect().x - code.getBoundingClientRect().x;
  });
  assert.ok(underscore > 12, `the underscore stands at ${underscore}`);
  assert.ok(await opened.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.deepEqual(await violations(opened), []);
});
