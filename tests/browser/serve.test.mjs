// `recto serve` in a browser: pages that follow what is written, and problems shown over them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { browser, page, phone, violations } from "./bed.mjs";

const program = process.env.RECTO ?? fileURLToPath(new URL("../../target/debug/recto", import.meta.url));

const filler = Array.from({ length: 60 }, (_, no) => `Paragraph ${no}: some words that fill the page.\n`).join("\n");
const guide = `# Guide

First words.

:::details More
Inside.
:::

:::tabs
:::tab Python
py
:::tab Rust
rs
:::

\`\`\`sh
echo one
\`\`\`

${filler}
## The end

Last words.
`;

const files = {
  "recto.toml": 'title = "Live"\nurl = "https://live.example/"\ntheme = { favicon = "icon.svg" }\n',
  "static/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>\n',
  "content/index.md": "# Home\n\nHello, [guide](guide.md).\n",
  "content/guide.md": guide,
  "content/other.md": "# Other\n\nOther words.\n",
};

/** A site of its own with a server: `write` saves a file as editors do, `stop` and `start` end the server and bring it back. */
async function site(t, more = [], extra = {}) {
  const folder = mkdtempSync(join(tmpdir(), "recto-serve-"));
  const write = (name, text) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.tmp~`, text);
    renameSync(`${path}.tmp~`, path);
  };
  for (const [name, text] of Object.entries({ ...files, ...extra })) write(name, text);
  const it = { folder, write, port: 0, said: "" };
  it.start = () => new Promise((started, failed) => {
    it.server = spawn(program, ["serve", "--root", folder, "--port", String(it.port), "--strict-port", "--color", "never", ...more], { stdio: ["ignore", "ignore", "pipe"] });
    it.server.stderr.on("data", data => {
      it.said += data;
      const found = it.said.match(/serving (http:\/\/127\.0\.0\.1:(\d+))/);
      if (found && it.server.ready !== true) {
        it.server.ready = true;
        [it.origin, it.port] = [found[1], Number(found[2])];
        started();
      }
    });
    it.server.on("exit", code => failed(new Error(`the server ended with ${code}: ${it.said}`)));
  });
  it.stop = () => new Promise(stopped => {
    it.server.removeAllListeners("exit");
    it.server.on("exit", stopped);
    it.server.kill("SIGINT");
  });
  await it.start();
  t.after(async () => {
    await it.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return it;
}

let chromium;
before(async () => (chromium = await browser()));
after(() => chromium?.close());

/** Opens a page, marked so that a reload shows. */
async function open(t, it, path, options) {
  const { opened, faults, close } = await page(chromium, it.origin, options);
  t.after(close);
  await opened.goto(it.origin + path);
  await opened.waitForFunction(() => document.documentElement.dataset.live);
  await opened.evaluate(() => (globalThis.mark = true));
  return { opened, faults };
}
const stayed = opened => opened.evaluate(() => globalThis.mark === true);
const overlay = opened => opened.locator("recto-live dialog");

test("a sentence appears without a reload, and all else stays as it was", async t => {
  const it = await site(t);
  const { opened, faults } = await open(t, it, "/guide/");
  await opened.locator("details.details summary").click();
  await opened.getByRole("tab", { name: "Rust" }).click();
  await opened.locator("#the-end").scrollIntoViewIfNeeded();
  const scrolled = await opened.evaluate(() => scrollY);
  assert.ok(scrolled > 100);
  it.write("content/guide.md", guide.replace("Last words.", "Very last words.").replace("echo one", "echo two"));
  await opened.getByText("Very last words.").waitFor();
  assert.ok(await stayed(opened));
  assert.equal(await opened.evaluate(() => scrollY), scrolled);
  assert.ok(await opened.locator("details.details").evaluate(box => box.open));
  assert.ok(await opened.getByRole("tabpanel", { name: "Rust" }).isVisible());
  assert.equal(await opened.locator(".copy").count(), 1, "one button for one block");
  await opened.locator("pre").hover();
  await opened.getByRole("button", { name: "Copy", exact: true }).click();
  await opened.getByRole("status").getByText("Copied").waitFor();
  assert.equal(await opened.evaluate(() => navigator.clipboard.readText()), "echo two");
  // A part that a script has worked on is exchanged as a whole.
  it.write("content/guide.md", guide.replace("rs\n", "rust\n").replace("Inside.", "Within."));
  await opened.getByText("Within.").waitFor();
  assert.ok(await opened.getByRole("tabpanel", { name: "Rust" }).getByText("rust", { exact: true }).isVisible());
  assert.equal(await opened.getByRole("tab").count(), 2);
  await opened.getByRole("tab", { name: "Python" }).click();
  assert.ok(await opened.getByText("py", { exact: true }).isVisible());
  // A title changes the navigation too.
  it.write("content/other.md", "# Another\n\nOther words.\n");
  await opened.locator("nav.nav").getByText("Another").waitFor();
  it.write("content/guide.md", guide.replace("# Guide", "# Guidance"));
  await opened.waitForFunction(() => document.title.startsWith("Guidance"));
  assert.ok(await stayed(opened));
  assert.deepEqual(faults, []);
});

test("what is served is what is built, but for the script", async t => {
  const it = await site(t);
  const html = await (await fetch(`${it.origin}/guide/`)).text();
  assert.match(html, /<script defer src="\/_\/live\.js"/);
  const built = spawn(program, ["build", "--root", it.folder, "--quiet"]);
  assert.equal(await new Promise(ended => built.on("exit", ended)), 0);
  const expected = readFileSync(join(it.folder, "public/guide/index.html"), "utf8");
  assert.equal(html.replace(/<script defer src="\/_\/live\.js"[^>]*><\/script>/, ""), expected);
});

test("problems lie over the last good page, and go by themselves", async t => {
  const it = await site(t);
  const { opened, faults } = await open(t, it, "/other/");
  it.write("content/other.md", "# Other\n\nBroken [link](nowhere.md).\n");
  await overlay(opened).getByText("link-not-found").waitFor();
  assert.equal(await overlay(opened).locator("mark").textContent(), "nowhere.md");
  assert.match(await overlay(opened).getByRole("link", { name: "content/other.md:3:15" }).getAttribute("href"), /^vscode:\/\/file\/.*content\/other\.md:3:15$/);
  assert.deepEqual(await violations(opened), []);
  it.write("content/other.md", "# Other\n\nMended.\n");
  await opened.getByText("Mended.").waitFor();
  await overlay(opened).waitFor({ state: "hidden" });
  // Front matter that cannot be read: the page is left out of the site, and shown here as it last was.
  it.write("content/other.md", "---\ntitle: [\n---\n# Other\n\nWorse.\n");
  await overlay(opened).getByText("front-matter-syntax").waitFor();
  assert.ok(await opened.getByText("Mended.").isVisible());
  await opened.reload();
  assert.ok(await opened.getByText("Mended.").isVisible());
  await overlay(opened).waitFor();
  it.write("content/other.md", "# Other\n\nWell.\n");
  await opened.getByText("Well.").waitFor();
  await overlay(opened).waitFor({ state: "hidden" });
  // A configuration that cannot be read breaks nothing else.
  it.write("recto.toml", "title = [\n");
  await overlay(opened).getByText("recto.toml").first().waitFor();
  assert.ok(await opened.getByText("Well.").isVisible());
  it.write("recto.toml", `language = "en"\n${files["recto.toml"]}`);
  await overlay(opened).waitFor({ state: "hidden" });
  assert.deepEqual(faults, []);
  assert.match(it.said, /mended: no page `nowhere\.md`/);
});

test("problems of other pages are a badge that leads to them", async t => {
  const it = await site(t, [], { "content/other.md": "# Other\n\n[a](gone.md)\n" });
  const { opened } = await open(t, it, "/");
  const badge = opened.locator("recto-live .badge");
  await badge.waitFor();
  assert.ok(!(await overlay(opened).isVisible()));
  await badge.click();
  assert.deepEqual(await violations(opened), []);
  await overlay(opened).getByRole("link", { name: "/other/" }).click();
  await opened.waitForURL(`${it.origin}/other/`);
  await overlay(opened).getByText("gone.md", { exact: true }).waitFor();
  await opened.keyboard.press("Escape");
  assert.ok(!(await overlay(opened).isVisible()));
  it.write("content/other.md", "# Other\n\nMore words. [a](gone.md)\n");
  await opened.locator("article").getByText("More words.").waitFor();
  assert.ok(!(await overlay(opened).isVisible()), "what was closed stays away while it is the same");
  it.write("content/other.md", "# Other\n\nMore words. [a](gone.md) [b](lost.md)\n");
  await overlay(opened).getByText("lost.md", { exact: true }).waitFor();
});

test("twelve pages at once, and all are up to date", async t => {
  const it = await site(t);
  const tabs = await Promise.all(Array.from({ length: 12 }, () => open(t, it, "/other/")));
  it.write("content/other.md", "# Other\n\nFor everyone.\n");
  await Promise.all(tabs.map(({ opened }) => opened.getByText("For everyone.").waitFor()));
  for (const { opened } of tabs) assert.ok(await stayed(opened));
});

test("a server that comes back is found again", async t => {
  const it = await site(t);
  const { opened } = await open(t, it, "/other/");
  await it.stop();
  it.write("content/other.md", "# Other\n\nWritten meanwhile.\n");
  it.said = "";
  await it.start();
  await opened.getByText("Written meanwhile.").waitFor();
  assert.ok(await stayed(opened));
});

test("templates and settings need no restart", async t => {
  const it = await site(t);
  const { opened } = await open(t, it, "/other/");
  it.write("templates/partials/footer.html", "<footer>Our own footer</footer>");
  await opened.getByText("Our own footer").waitFor();
  it.write("templates/partials/footer.html", "<footer>{{ nothing.there }}</footer>");
  await overlay(opened).getByText("template-invalid").first().waitFor();
  assert.ok(await opened.getByText("Our own footer").isVisible());
  it.write("templates/partials/footer.html", "<footer>Ours again</footer>");
  await opened.getByText("Ours again").waitFor();
  it.write("recto.toml", 'title = "Renamed"\nurl = "https://live.example/"\n[theme]\naccent = "#006644"\n');
  await opened.locator(".brand").getByText("Renamed").waitFor();
  await opened.waitForFunction(() => getComputedStyle(document.documentElement).getPropertyValue("--accent").trim() === "#006644");
  assert.ok(await stayed(opened));
});

test("pages go to what changes if they should, and show no problems if they should not", async t => {
  const it = await site(t, ["--follow", "--no-overlay"]);
  const { opened } = await open(t, it, "/");
  it.write("content/other.md", "# Other\n\n[a](gone.md)\n");
  await opened.waitForURL(`${it.origin}/other/`);
  await opened.waitForFunction(() => document.documentElement.dataset.live);
  assert.ok(!(await opened.locator("recto-live .badge").isVisible()) && !(await overlay(opened).isVisible()));
});

test("no other site can listen", async t => {
  const it = await site(t);
  const { opened } = await open(t, it, "/");
  const opens = url => opened.evaluate(url => new Promise(done => {
    const socket = new WebSocket(url);
    socket.onopen = () => done(true);
    socket.onerror = () => done(false);
  }), url);
  assert.ok(await opens(`${it.origin.replace("http", "ws")}/_/live`));
  // From a page of `localhost`, the server at `127.0.0.1` is another site.
  await opened.goto(it.origin.replace("127.0.0.1", "localhost"));
  const { opened: foreign, close } = await page(chromium, it.origin.replace("127.0.0.1", "localhost"));
  t.after(close);
  await foreign.goto(it.origin.replace("127.0.0.1", "localhost"));
  assert.equal(await foreign.evaluate(url => new Promise(done => {
    const socket = new WebSocket(url);
    socket.onopen = () => done(true);
    socket.onerror = () => done(false);
  }), `${it.origin.replace("http", "ws")}/_/live`).catch(() => false), false);
});
