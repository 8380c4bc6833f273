// Recto's own site in a browser: every kind of page, light and dark, on a desk and in the hand, with and without script.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { browser, desktop, fixture, page, phone, serve, site, violations } from "./bed.mjs";

// The site is served below a base path, where an address that forgets it leads nowhere.
const base = "/docs/";

/** One page of each kind: addresses from the root of the site. */
const pages = [
  ["home", ""],
  ["guide", "guides/second-version/"],
  ["reference with wide tables", "reference/configuration/"],
  ["reference with callouts and code", "reference/markdown/"],
  ["every element, rendered", "reference/gallery/"],
  ["listing of a section", "guides/"],
  ["changelog", "changelog/"],
  ["release", "changelog/0.1.0/"],
  ["topic of the changelog", "changelog/kind/added/"],
  ["upgrade", "upgrade/"],
  ["deprecations", "deprecations/"],
  ["list of changed pages", "_/changes/0.1..0.2/"],
  ["what has changed in a page", "_/changes/0.1..0.2+home/"],
  ["page of a preview", "0.2/"],
  ["page that is not there", "nothing/here/"],
];

const served = [...pages.map(([kind, path]) => [kind, base + path]), ["every element", "/fixture/page.html"]];

let chromium, server;
before(async () => {
  server = await serve({ [base]: site, ...fixture });
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  await server?.close();
});

for (const [name, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`pages are sound and can be used by everyone: ${name}, ${colorScheme}`, async t => {
      const { opened, faults, close } = await page(chromium, server.origin, { viewport, colorScheme, hasTouch: viewport === phone });
      t.after(close);
      for (const [kind, path] of served) {
        await opened.goto(server.origin + path);
        const wide = await opened.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        const found = [...(await violations(opened)), ...faults.splice(0), ...(wide > 0 ? [`${wide} pixels wider than the window`] : [])];
        assert.deepEqual(found, [], `${kind}: ${path}`);
      }
    });
  }
}

test("everything can be read without script", async t => {
  const { opened, faults, close } = await page(chromium, server.origin, { javaScriptEnabled: false });
  t.after(close);
  for (const [kind, path] of served) {
    await opened.goto(server.origin + path);
    const unseen = await opened.evaluate(() => {
      const blocks = document.querySelectorAll("article :is(p, li, pre, td, th, dt, dd, h1, h2, h3, summary)");
      const seen = block => block.closest("details:not([open])") || block.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true });
      return [...blocks].filter(block => !seen(block)).map(block => block.outerHTML);
    });
    assert.deepEqual(unseen, [], kind);
    assert.deepEqual(faults.splice(0), [], kind);
    assert.ok((await opened.locator("article").innerText()).length > 40, `${kind} has text`);
  }
});

test("a redirect carries the anchor and the query over", async t => {
  const { opened, faults, close } = await page(chromium, server.origin);
  t.after(close);
  await opened.goto(`${server.origin}${base}0.1/reference/markdown/?from=mail#titles`);
  await opened.waitForURL(`${server.origin}${base}reference/markdown/?from=mail#titles`);
  assert.ok(await opened.locator("#titles").isVisible());
  assert.deepEqual(faults, []);
});

test("a redirect leads on without script too", async t => {
  const { opened, close } = await page(chromium, server.origin, { javaScriptEnabled: false });
  t.after(close);
  await opened.goto(`${server.origin}${base}0.1/reference/markdown/`);
  await opened.waitForURL(`${server.origin}${base}reference/markdown/`);
});

test("the page for lost readers finds its files at any depth, and leads back", async t => {
  const { opened, faults, close } = await page(chromium, server.origin);
  t.after(close);
  const answer = await opened.goto(`${server.origin}${base}a/b/c/d/`);
  assert.equal(answer.status(), 404);
  await opened.getByRole("link", { name: "Go to the first page" }).click();
  await opened.waitForURL(server.origin + base);
  assert.deepEqual(faults, []);
});

test("a page opened from disk has its style and its script", async t => {
  const { opened, faults, close } = await page(chromium, "null");
  t.after(close);
  await opened.goto(pathToFileURL(join(site, "reference/markdown/index.html")).href);
  assert.ok((await opened.getByRole("button", { name: "Copy", exact: true, includeHidden: true }).count()) > 0);
  const sticky = await opened.locator(".bar").evaluate(bar => getComputedStyle(bar).position);
  assert.equal(sticky, "sticky");
  assert.deepEqual(faults, []);
});
