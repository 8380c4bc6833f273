// The search in a browser: by keyboard and by touch, below a base path and from disk, for hostile words and titles, in all versions.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

import { browser, page, phone, serve, violations } from "./bed.mjs";

const program = process.env.RECTO ?? fileURLToPath(new URL("../../target/debug/recto", import.meta.url));
const base = "/docs/";

const files = {
  "recto.toml": `title = "Acme"
url = "https://acme.example/docs/"
theme = { favicon = "icon.svg" }
[search]
synonyms = [["webhook", "callback"]]
[[versions]]
id = "3"
title = "Acme 3"
status = "current"
[[versions]]
id = "2"
title = "Acme 2"
status = "supported"
inherits = "3"
content = "versions/2"
`,
  "static/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>\n',
  "content/index.md": "# Welcome\n\nThe first page, about webhooks.\n",
  "content/retry.md": "# Retries\n\nThe café retries thrice. Set `maxRetryCount` to replicate.\n\n## Back off\n\nReplication waits longer each time.\n\n## Zebra\n\nStripes.\n",
  "content/japanese.md": "# 日本語の文書\n\n検索は単語に分けられます。\n",
  "content/hostile.md": "---\ntitle: '<img src=x onerror=alert(1)>'\n---\n\nHostile `<script>alert(2)</script>` words: `\"><b>` &lt;i&gt;.\n\n## `</script><script>alert(3)</script>`\n\nMore hostile.\n",
  "content/secret.md": "+++\nsearch = false\n+++\n# Secret\n\nxylophone\n",
  "content/draft.md": "+++\ndraft = true\n+++\n# Draft\n\nxylophone\n",
  "content/hidden.md": "+++\nhidden = true\n+++\n# Hidden\n\nxylophone\n",
  "versions/2/old.md": "# Old\n\nOnly the pelican of version two knows this, and the zebra.\n",
};

let chromium, server, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "recto-search-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  execFileSync(program, ["build", "--root", folder, "--quiet"]);
  server = await serve({ [base]: join(folder, "public") });
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A page of the site, and what its dialog shows. */
async function opened(t, path = "", options) {
  const made = await page(chromium, server.origin, options);
  t.after(made.close);
  await made.opened.goto(server.origin + base + path);
  const dialog = made.opened.locator("dialog.search");
  return {
    ...made,
    dialog,
    keys: made.opened.keyboard,
    status: dialog.getByRole("status"),
    options: dialog.getByRole("listbox").getByRole("option"),
    ask: async query => {
      const input = dialog.getByRole("combobox", { name: "Search" });
      // What was found before goes first.
      await input.fill("");
      await dialog.locator("p[role=status]:empty").waitFor({ state: "attached" });
      await input.fill(query);
      await dialog.locator("p[role=status]:not(:empty)").waitFor();
    },
  };
}

test("the search is done by keyboard alone, and gives the focus back", async t => {
  const { opened: page, dialog, keys, options, status, ask, faults } = await opened(t);
  await page.getByRole("button", { name: "Search" }).focus();
  await keys.press("Enter");
  await dialog.waitFor();
  await keys.type("r");
  await ask("replicat");
  await dialog.locator("[aria-selected]").waitFor();
  assert.match(await status.innerText(), /^\d+ results$/);
  const input = dialog.getByRole("combobox", { name: "Search" });
  const active = () => page.evaluate(() => document.getElementById(document.querySelector("[role=combobox]").getAttribute("aria-activedescendant"))?.href);
  const first = await active();
  await keys.press("ArrowDown");
  assert.notEqual(await active(), first);
  await keys.press("ArrowUp");
  assert.equal(await active(), first);
  await keys.press("ArrowUp");
  assert.notEqual(await active(), first, "the first one follows the last");
  assert.equal(await input.evaluate(input => document.activeElement === input), true);
  await keys.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.className), "search-open");
  await keys.press("Control+k");
  await ask("replicat");
  await dialog.locator("[aria-selected]").waitFor();
  const [url] = await Promise.all([page.waitForURL(/retry/).then(() => page.url()), keys.press("Enter")]);
  assert.equal(url, first);
  assert.deepEqual(faults, []);
});

test("a slash opens it where nobody types, until that is switched off", async t => {
  const { opened: page, dialog, keys } = await opened(t);
  await keys.press("/");
  await dialog.waitFor();
  await keys.press("/");
  assert.equal(await dialog.getByRole("combobox", { name: "Search" }).inputValue(), "/");
  await dialog.getByLabel("Open the search with /").uncheck();
  await keys.press("Escape");
  await page.waitForFunction(() => !location.search);
  await page.reload();
  await page.locator(".search-open:not([hidden])").waitFor();
  await keys.press("/");
  await keys.press("Control+k");
  await dialog.waitFor();
  assert.equal(await dialog.getByRole("combobox", { name: "Search" }).inputValue(), "");
});

test("words are found in their forms, with typos and without accents, as parts and pairs, and marked", async t => {
  const { dialog, keys, options, ask, faults } = await opened(t);
  await keys.press("Control+k");
  await dialog.waitFor();
  for (const [query, mark] of [
    ["replicating", "replicate"],
    ["replicaton", "Replication"],
    ["cafe", "café"],
    ["maxretry", "maxRetryCount"],
    ["max_retry_count", "maxRetryCount"],
    ["--retry-count", "RetryCount"],
    ["日本", "日本"],
    ["callback", "webhooks"],
  ]) {
    await ask(query);
    await options.first().waitFor();
    const marks = await dialog.locator("mark").allInnerTexts();
    assert.ok(marks.includes(mark), `${query}: ${marks}`);
  }
  assert.deepEqual(faults, []);
});

test("an address can carry the query, and pages that are left out are not found", async t => {
  const { opened: page, dialog, status, options, ask, faults } = await opened(t, "retry/?q=zebra");
  await options.first().waitFor();
  assert.equal(await options.first().getAttribute("href"), "../retry/#zebra");
  await options.first().click();
  await dialog.waitFor({ state: "hidden" });
  assert.equal(page.url(), `${server.origin}${base}retry/#zebra`);
  await page.keyboard.press("Control+k");
  await ask("xylophone");
  assert.equal(await status.innerText(), "Nothing found");
  assert.equal(await options.count(), 0);
  assert.deepEqual(faults, []);
  const index = readdirSync(join(folder, "public/_/search")).map(name => readFileSync(join(folder, "public/_/search", name), "utf8"));
  assert.ok(!index.some(text => /xylophone|Secret|Hidden/.test(text)));
});

test("what only another version knows is offered from there", async t => {
  const { opened: page, dialog, options, ask, faults } = await opened(t);
  await page.keyboard.press("Control+k");
  await ask("pelican");
  await dialog.getByRole("button", { name: "Acme 2 (1)" }).click();
  await options.first().waitFor();
  assert.equal(await options.first().getAttribute("href"), "./2/old/");
  await ask("stripes");
  assert.match(await dialog.innerText(), /Also in\s+Acme 3/);
  assert.equal(await options.first().getAttribute("href"), "./2/retry/#zebra");
  // The same page in the other version comes after the section, by keyboard too.
  assert.equal(await options.nth(1).innerText(), "Acme 3");
  await page.keyboard.press("ArrowDown");
  assert.equal(await dialog.locator("[aria-selected]").innerText(), "Acme 3");
  await Promise.all([page.waitForURL(`${server.origin}${base}retry/`), page.keyboard.press("Enter")]);
  assert.deepEqual(faults, []);
  // A page of the older version searches there.
  await page.goto(`${server.origin}${base}2/old/?q=pelican`);
  await options.first().waitFor();
  assert.equal(await options.first().getAttribute("href"), "../../2/old/");
});

test("nothing that is typed or titled becomes markup", async t => {
  const { opened: page, dialog, options, status, ask, faults } = await opened(t);
  await page.keyboard.press("Control+k");
  for (const query of ["hostile", "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", '"><b>', "__proto__ constructor", "\\u0000 %00 ${1}", "a".repeat(200)]) {
    await ask(query);
    const made = await dialog.evaluate(dialog => [...dialog.querySelectorAll("*")].map(element => element.localName).filter(name => ["img", "script", "i"].includes(name)));
    assert.deepEqual(made, [], query);
  }
  await ask("hostile");
  await options.first().waitFor();
  assert.match(await dialog.innerText(), /<img src=x onerror=alert\(1\)>/);
  await page.goto(`${server.origin}${base}?q=${encodeURIComponent("<img src=x onerror=alert(1)> hostile")}`);
  await status.waitFor();
  await options.first().waitFor();
  await page.goto(`${server.origin}${base}?q=%ff%00`);
  assert.deepEqual(faults, []);
});

test("recent searches come back", async t => {
  const { opened: page, dialog, options, ask } = await opened(t, "retry/");
  await page.keyboard.press("Control+k");
  await ask("stripes");
  await options.first().click();
  await dialog.waitFor({ state: "hidden" });
  // The result is another page, whose script may not have run yet.
  await page.locator(".search-open").waitFor();
  await page.keyboard.press("Control+k");
  await dialog.getByRole("combobox", { name: "Search" }).fill("");
  await dialog.getByText("Recent searches").waitFor();
  await options.getByText("stripes").click();
  await dialog.locator("a[role=option]").first().waitFor();
});

test("everyone can use the dialog", async t => {
  for (const [viewport, colorScheme] of [[undefined, "light"], [undefined, "dark"], [phone, "light"], [phone, "dark"]]) {
    const { opened: page, options, ask, faults } = await opened(t, "", { ...(viewport && { viewport }), colorScheme });
    await page.getByRole("button", { name: "Search" }).click();
    assert.deepEqual(await violations(page), [], "empty");
    await ask("retry");
    await options.first().waitFor();
    assert.deepEqual(await violations(page), [], `${colorScheme}, with results`);
    await ask("pelican");
    assert.deepEqual(await violations(page), [], `${colorScheme}, without`);
    assert.deepEqual(faults, []);
  }
});

test("without script there is no button", async t => {
  const { opened: page } = await opened(t, "", { javaScriptEnabled: false });
  assert.equal(await page.getByRole("button", { name: "Search" }).count(), 0);
  assert.equal(await page.locator(".search-open").isVisible(), false);
});

test("the search works in a page opened from disk", async t => {
  const { opened, faults, close } = await page(chromium, "null");
  t.after(close);
  await opened.goto(pathToFileURL(join(folder, "public/retry/index.html")).href);
  await opened.keyboard.press("Control+k");
  await opened.locator("dialog.search [role=combobox]").fill("stripes");
  await opened.locator("dialog.search a[role=option]").first().waitFor();
  assert.deepEqual(faults, []);
});

test("a result in a portable site opened from disk leads to its section, and to the same page in another version", async t => {
  const portable = join(folder, "portable");
  execFileSync(program, ["build", "--root", folder, "--quiet", "--portable"]);
  const { opened, faults, close } = await page(chromium, "null");
  t.after(close);
  const address = path => pathToFileURL(join(portable, path)).href;
  const ask = async query => {
    await opened.locator(".search-open").waitFor();
    await opened.keyboard.press("Control+k");
    await opened.locator("dialog.search [role=combobox]").fill(query);
    await opened.locator("dialog.search a[role=option]").first().waitFor();
  };
  await opened.goto(address("japanese/index.html"));
  await ask("zebra");
  await Promise.all([opened.waitForURL(address("retry/index.html") + "#zebra"), opened.keyboard.press("Enter")]);
  assert.match(await opened.locator(":target").innerText(), /^Zebra/);
  await ask("stripes");
  await Promise.all([opened.waitForURL(address("2/retry/index.html")), opened.locator("dialog.search .also a").click()]);
  assert.deepEqual(faults, []);
});

test("the script is small, and comes when it is wanted", async t => {
  const made = await page(chromium, server.origin);
  t.after(made.close);
  const asked = [];
  made.opened.on("request", request => asked.push(new URL(request.url()).pathname));
  await made.opened.goto(server.origin + base);
  assert.ok(!asked.some(path => path.includes("search")), asked.join(" "));
  await made.opened.getByRole("button", { name: "Search" }).focus();
  await made.opened.waitForFunction(() => globalThis.rectoSearch);
  const script = readdirSync(join(folder, "public/_/theme")).find(name => /^search-.*\.js$/.test(name));
  const bytes = gzipSync(readFileSync(join(folder, "public/_/theme", script)), { level: 9 }).length;
  assert.ok(bytes <= 6144, `${bytes} bytes`);
});
