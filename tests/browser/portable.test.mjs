// Recto's own site, opened from disk: every link of every page leads to a file, nothing is asked of anybody, and the print page is sound.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { browser, page, site, violations } from "./bed.mjs";

if (!process.env.RECTO) throw new Error("set RECTO to the program; or run ./tests/run, which does");

let chromium, folder;
const address = path => pathToFileURL(join(folder, path)).href;

before(async () => {
  folder = join(mkdtempSync(join(tmpdir(), "recto-portable-")), "A site & more");
  execFileSync(process.env.RECTO, ["build", "--portable", "--quiet", "--root", dirname(site), "--output", folder]);
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  rmSync(dirname(folder), { recursive: true, force: true });
});

test("every page can be reached from the first one, and everything on it is there", async t => {
  const { opened, faults, close } = await page(chromium, "null");
  t.after(close);
  const seen = new Set([address("index.html")]);
  const open = [...seen];
  let images = 0;
  while (open.length > 0) {
    const here = open.pop();
    await opened.goto(here);
    const { links, broken, count } = await opened.evaluate(async () => {
      const all = [...document.querySelectorAll("img")];
      for (const image of all) image.loading = "eager";
      await Promise.allSettled(all.map(image => image.decode()));
      const links = [...document.querySelectorAll("a[href], link[href]")].map(link => link.href);
      return { links, broken: all.filter(image => !image.naturalWidth).map(image => image.src), count: all.length };
    });
    images += count;
    assert.deepEqual(broken, [], here);
    assert.deepEqual(faults.splice(0), [], here);
    for (const link of links.filter(link => link.startsWith("file:"))) {
      const [file] = link.split("#");
      assert.ok(file.startsWith(address("")) && /\.[a-z0-9]+$/.test(file), `${here}: ${link}`);
      assert.ok(existsSync(fileURLToPath(file)), `${here}: ${link} is no file`);
      if (file.endsWith(".html") && !seen.has(file)) {
        seen.add(file);
        open.push(file);
      }
    }
  }
  assert.ok(seen.size > 50 && images > 50, `${seen.size} pages, ${images} images`);
});

test("readers go on, change the version and follow an old address", async t => {
  const { opened, faults, close } = await page(chromium, "null");
  t.after(close);
  await opened.goto(address("index.html"));
  await opened.locator("main").getByRole("link", { name: "Get started" }).first().click();
  await opened.waitForURL(address("getting-started/index.html"));
  const next = await opened.locator("a[rel=next]").evaluate(link => link.href);
  await opened.locator("a[rel=next]").click();
  await opened.waitForURL(next);
  assert.ok(next.endsWith("/index.html"), next);
  await opened.goto(address("getting-started/index.html"));
  await opened.locator(".switcher summary").click();
  await opened.locator(".switcher a", { hasText: "0.2" }).click();
  await opened.waitForURL(address("0.2/getting-started/index.html"));
  await opened.goto(`${address("0.1/guides/write/index.html")}#x`);
  await opened.waitForURL(`${address("guides/write/index.html")}#x`);
  assert.deepEqual(faults, []);
});

for (const colorScheme of ["light", "dark"]) {
  test(`a version can be read on one page: ${colorScheme}`, async t => {
    const { opened, faults, close } = await page(chromium, "null", { colorScheme });
    t.after(close);
    await opened.goto(address("_/print/0.1/index.html"));
    const lost = await opened.evaluate(() => {
      const inside = [...document.querySelectorAll("a[href^='#']")].map(link => decodeURIComponent(link.hash.slice(1)));
      return inside.filter(id => id && !document.getElementById(id));
    });
    assert.deepEqual(lost, []);
    const wide = await opened.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels wider than the window`);
    assert.deepEqual(faults, []);
    // axe itself asks for the style sheet, which a browser does not give to a script of a file.
    assert.deepEqual(await violations(opened), []);
  });
}
