// Pages about what changed, of a site that has all of it (`changelog/`): any upgrade that readers pick, with script and without, topics,
// deprecations.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { browser, page, phone, serve, violations } from "./bed.mjs";

if (!process.env.RECTO) throw new Error("set RECTO to the program; or run ./tests/run, which does");

let chromium, server, root;
before(async () => {
  root = mkdtempSync(join(tmpdir(), "recto-changelog-"));
  cpSync(fileURLToPath(new URL("changelog", import.meta.url)), root, { recursive: true });
  execFileSync(process.env.RECTO, ["build", "--quiet", "--strict", "--root", root]);
  execFileSync(process.env.RECTO, ["build", "--quiet", "--portable", "--root", root]);
  server = await serve({ "/": join(root, "public") });
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

/** Everything between Dashboard 2.3 and 3.5 that asks something: need, area, and what it says. Two entries that take each other back are not in it. */
const whole = [
  "Breaking webhooks: GET /v1/hooks.",
  "Breaking webhooks: Webhook retries back off exponentially.",
  "Deprecated API: Basic authentication.",
  "Changed API: The limit of requests is counted per key.",
  "Changed Dashboard: Colours.",
  "Changed -: Names may have 100 letters.",
];

/** What a page lists as needed, an entry a line. */
const needed = opened => opened.evaluate(() => [...document.querySelectorAll(".need .entry")].map(entry => {
  const list = entry.parentElement;
  const area = list.previousElementSibling.tagName === "H3" ? list.previousElementSibling.textContent : "-";
  const words = [...entry.childNodes].filter(node => !node.classList?.contains("mark") && !node.classList?.contains("tells"));
  const text = words.map(node => node.textContent).join("").trim().split("\n")[0];
  return `${list.closest(".need").querySelector("h2").textContent} ${area}: ${text}`;
}));

test("any two releases can be picked", async t => {
  const { opened, faults, close } = await page(chromium, server.origin);
  t.after(close);
  await opened.goto(`${server.origin}/upgrade/`);
  await opened.selectOption("[name=from]", { label: "2.3.0" });
  await opened.waitForFunction(() => document.querySelector(".sum")?.textContent.includes("2.3.0"));
  assert.deepEqual(await needed(opened), whole);
  assert.equal(new URL(opened.url()).search, "?from=2.3.0&to=3.5.0");
  // Links lead to the page in both versions, and to the release.
  const links = await opened.$$eval(".need .entry:first-child .tells a", links => links.map(link => `${link.textContent} ${new URL(link.href).pathname}`));
  assert.deepEqual(links.slice(0, 3), ["3.4.0 /changelog/3.4.0/", "Dashboard 3 /guides/webhooks/", "Dashboard 2 /2/guides/webhooks/"]);
  // Who runs 3.2 has the entry that is taken back.
  await opened.selectOption("[name=from]", { label: "3.2.0" });
  await opened.selectOption("[name=to]", { label: "3.4.0" });
  assert.deepEqual(await needed(opened), ["Breaking webhooks: GET /v1/hooks.", "Changed API: Requests are counted per account again."]);
  await opened.selectOption("[name=to]", { label: "2.4.0" });
  assert.match(await opened.textContent(".found"), /Pick a release .* newer/);
  assert.deepEqual(faults, []);
});

test("a link to an upgrade can be sent, and what is bound to other plans is left out", async t => {
  const { opened, faults, close } = await page(chromium, server.origin, { viewport: phone });
  t.after(close);
  await opened.goto(`${server.origin}/upgrade/?from=2.3.0&to=3.5.0`);
  await opened.waitForSelector(".need");
  assert.deepEqual(await needed(opened), whole);
  assert.deepEqual(await opened.$$eval("[name=plan] option", options => options.map(option => option.text)), ["All plans", "enterprise"]);
  await opened.selectOption("[name=plan]", "enterprise");
  assert.equal((await needed(opened)).length, whole.length);
  // Nothing of an address becomes markup.
  await opened.goto(`${server.origin}/upgrade/?from=<img src=x onerror=alert(1)>&to=9`);
  await opened.waitForSelector(".sum");
  assert.equal(await opened.$("main img"), null);
  assert.deepEqual(faults, []);
});

test("from version to version it takes no script", async t => {
  const { opened, faults, close } = await page(chromium, server.origin, { javaScriptEnabled: false });
  t.after(close);
  await opened.goto(`${server.origin}/2/guides/webhooks/`);
  await opened.click("text=What an upgrade needs");
  await opened.waitForURL(`${server.origin}/upgrade/2..3/`);
  const shown = await opened.locator(".need .entry").allTextContents();
  assert.equal(shown.length, 5);
  assert.match(shown[0], /GET \/v1\/hooks/);
  await opened.click("text=Pick other releases");
  assert.ok(await opened.isHidden("form.pick"));
  await opened.click("text=Dashboard 2 to Dashboard 3");
  await opened.waitForURL(`${server.origin}/upgrade/2..3/`);
  assert.deepEqual(faults, []);
});

test("pages that entries name say which releases changed them", async t => {
  const { opened, close } = await page(chromium, server.origin);
  t.after(close);
  await opened.goto(`${server.origin}/guides/webhooks/`);
  assert.equal((await opened.textContent("article small")).trim(), "Changed in 3.5.0, 3.4.0, 3.2.0");
  await opened.click("article small a");
  await opened.waitForURL(`${server.origin}/changelog/3.5.0/`);
});

test("entries are chosen by topic, and narrowed further", async t => {
  const { opened, faults, close } = await page(chromium, server.origin);
  t.after(close);
  await opened.goto(`${server.origin}/changelog/`);
  await opened.click(".topics >> text=API");
  await opened.waitForURL(`${server.origin}/changelog/area/api/`);
  const all = await opened.locator(".entries .entry:visible").count();
  await opened.selectOption("[name=kind]", "Security");
  assert.deepEqual([all, await opened.locator(".entries .entry:visible").count(), await opened.locator(".entries section:visible").count()], [6, 1, 1]);
  assert.deepEqual(faults, []);
});

/** What a page says was added and removed, in order. */
const marked = opened => opened.$$eval(".compared :is(del, ins)", marks => marks.map(mark => `${mark.tagName === "DEL" ? "-" : "+"}${mark.textContent.trim()}`));

test("a page shows what has changed in it, and leads there", async t => {
  const { opened, faults, close } = await page(chromium, server.origin, { javaScriptEnabled: false });
  t.after(close);
  await opened.goto(`${server.origin}/guides/deliveries/`);
  await opened.click("text=Changed since Dashboard 2");
  await opened.waitForURL(`${server.origin}/_/changes/2..3/guides/deliveries/`);
  assert.deepEqual(await marked(opened), [
    "-seven", "+thirty", "-API (guides/tokens)", "+API (guides/webhooks)",
    "-Note", "+Warning",
    "-How a delivery travels (guides/flow.svg)", "+How a delivery travels (guides/flow.svg, another file)",
    "-heading 2", "+heading 3", "-numbered item", "+item", "-Pick the delivery.", "+Pick one or many deliveries.", "-numbered item", "+item",
    "-20", "+50",
    '-"duration": 120,', '+"duration_ms": 120,',
    "+Signatures", "+Each request is signed with the secret of its endpoint.",
  ]);
  // Both images are there, each as its version has it.
  const images = await opened.$$eval(".compared img", images => images.map(image => [new URL(image.src).pathname, image.naturalWidth > 0]));
  assert.deepEqual(images, [["/2/guides/flow.svg", true], ["/guides/flow.svg", true]]);
  // A row is shown below its head, with the rows between counted; of long code only what is near.
  assert.deepEqual(await opened.$$eval(".compared tr", rows => rows.map(row => row.innerText.replace(/\s+/g, " ").trim())), [
    "Limit Value Plan", "… 3 unchanged rows", "Endpoints 5 free", "Changed: Endpoints 2050 business",
  ]);
  assert.deepEqual(await opened.$$eval(".compared .line.skipped", lines => lines.map(line => line.textContent)), ["… 4 unchanged lines", "… 2 unchanged lines"]);
  // Headings lead to where they are in the newer page, the one that is new too.
  for (const name of ["Limits", "Sending again", "Signatures"]) {
    await opened.goto(`${server.origin}/_/changes/2..3/guides/deliveries/`);
    await opened.click(`.compared a:has-text("${name}")`);
    const id = new URL(opened.url()).hash.slice(1);
    assert.equal(await opened.locator(`[id="${id}"]`).count(), 1, name);
  }
  assert.deepEqual(faults, []);
});

test("the list of what has changed in a version leads to each page that has", async t => {
  const { opened, faults, close } = await page(chromium, server.origin);
  t.after(close);
  await opened.goto(`${server.origin}/_/changes/2..3/`);
  const hrefs = await opened.$$eval(".differences a", links => links.map(link => link.href));
  assert.ok(hrefs.includes(`${server.origin}/_/changes/2..3/guides/deliveries/`), hrefs.join(" "));
  for (const href of hrefs) assert.equal((await opened.goto(href)).status(), 200, href);
  assert.deepEqual(faults, []);
});

test("a branch that is opened later has its marks too", async t => {
  const { opened, faults, close } = await page(chromium, server.origin);
  t.after(close);
  await opened.goto(`${server.origin}/`);
  const here = () => opened.$$eval(".nav a", links => links.map(link => link.textContent.trim()));
  assert.ok(!(await here()).some(text => text.startsWith("Deliveries")));
  await opened.getByRole("button", { name: "Pages of Guides" }).click();
  await opened.locator(".nav a", { hasText: "Deliveries" }).waitFor();
  assert.ok((await here()).includes("Deliveries Updated"), (await here()).join(" | "));
  assert.deepEqual(faults, []);
});

test("it works in a folder that is opened from disk", async t => {
  const { opened, faults, close } = await page(chromium, "null");
  t.after(close);
  await opened.goto(`${pathToFileURL(join(root, "portable/upgrade/index.html")).href}?from=2.3.0&to=3.5.0`);
  await opened.waitForSelector(".need");
  assert.deepEqual(await needed(opened), whole);
  await opened.click(".need .tells a");
  await opened.waitForURL(/changelog\/3\.4\.0\/index\.html$/);
  assert.deepEqual(faults, []);
});

for (const colorScheme of ["light", "dark"]) {
  test(`nobody is kept out, in ${colorScheme}`, async t => {
    const { opened, faults, close } = await page(chromium, server.origin, { colorScheme });
    t.after(close);
    for (const path of ["changelog/", "changelog/3.5.0/", "changelog/area/webhooks/", "upgrade/", "upgrade/2..3/", "deprecations/", "_/changes/2..3/", "_/changes/2..3/guides/deliveries/"]) {
      await opened.goto(`${server.origin}/${path}`);
      if (path === "upgrade/") await opened.waitForSelector(".need");
      assert.deepEqual(await violations(opened), [], path);
      assert.deepEqual(faults.splice(0), [], path);
      assert.ok(await opened.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is too wide`);
    }
  });
}
