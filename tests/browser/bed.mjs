// The bed of the browser tests: a server for static files, and a browser that tells what goes wrong in its pages.
//
// - `SITE` (environment) is the folder of Recto's own site, built; `CHROMIUM` the browser, else `/usr/bin/chromium`.
// - Nothing here waits for a fixed time, and nothing outside this machine is asked.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const here = fileURLToPath(new URL(".", import.meta.url));
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

// The policy that `_headers` gives, without the part that is for frames.
const policy = "default-src 'self'; object-src 'none'; base-uri 'none'";
const types = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml",
};

/** Windows to test in: CSS pixels. */
export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/** Recto's own site, built: `./tests/run` makes it and says where it is. */
export const site = process.env.SITE ?? "";
if (!existsSync(join(site, "index.html"))) {
  throw new Error("set SITE to the folder of Recto's own site, built; or run ./tests/run, which does");
}

/** The page of `fixture/`, with the theme's files of the repository. */
export const fixture = { "/fixture/": join(here, "fixture"), "/theme/": join(here, "../../themes/default") };

/** An address as it is on disk; one that is not encoded as it should be stays as it is, and leads nowhere. */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Serves folders, each under its base path, with the policy that Recto's `_headers` gives. An address that is not there is answered with
 * the `404.html` of its folder.
 */
export async function serve(folders) {
  const server = createServer(async (request, response) => {
    const path = decoded(new URL(request.url, "http://localhost").pathname);
    const base = Object.keys(folders).find(base => path.startsWith(base));
    const file = base && join(folders[base], normalize(`/${path.slice(base.length)}`));
    let found = file;
    if (found && (await stat(found).catch(() => {}))?.isDirectory()) {
      if (!path.endsWith("/")) return response.writeHead(301, { location: `${path}/` }).end();
      found = join(found, "index.html");
    }
    const bytes = found && (await readFile(found).catch(() => {}));
    const body = bytes ?? (base && (await readFile(join(folders[base], "404.html")).catch(() => {}))) ?? "";
    const type = types[bytes ? extname(found) : ".html"] ?? "application/octet-stream";
    response.writeHead(bytes ? 200 : 404, { "content-type": type, "content-security-policy": policy }).end(body);
  });
  await new Promise(listening => server.listen(0, "127.0.0.1", listening));
  // A name, not a number: pages of a host called `localhost` may use the clipboard, as those over HTTPS may.
  const origin = `http://localhost:${server.address().port}`;
  return { origin, close: () => new Promise(closed => server.close(closed).closeAllConnections()) };
}

/** A browser with a new profile. */
export async function browser() {
  const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(program)) {
    throw new Error(`there is no browser at ${program}: install Chromium (apt-get install chromium), or set CHROMIUM to its path`);
  }
  const profile = mkdtempSync(join(tmpdir(), "recto-browser-"));
  const opened = await chromium.launch({
    executablePath: program,
    headless: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    env: { ...process.env, HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile },
  });
  return {
    opened,
    async close() {
      await opened.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/**
 * A page of `origin` (`null` for files on disk) in a window and profile of its own. `faults` fills with what must not happen: requests to other hosts, errors of the console,
 * breaches of the policy, errors of scripts, files that are not there.
 */
export async function page(browser, origin, options = {}) {
  const context = await browser.opened.newContext({ viewport: desktop, ...options });
  if (origin.startsWith("http")) await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const opened = await context.newPage();
  const faults = [];
  opened.on("request", request => {
    if (new URL(request.url()).origin !== origin) faults.push(`asks another host: ${request.url()}`);
  });
  opened.on("response", response => {
    const own = response.request().isNavigationRequest();
    if (response.status() >= 400 && !own) faults.push(`${response.status()}: ${response.url()}`);
  });
  opened.on("pageerror", error => faults.push(`a script fails: ${error}`));
  opened.on("console", message => {
    // The browser writes a line of its own for the answer 404, which is the wanted one where a page is not there.
    const lost = message.text().startsWith("Failed to load resource") && message.location().url === opened.url();
    if (["error", "warning"].includes(message.type()) && !lost) faults.push(`${message.type()} in the console: ${message.text()}`);
  });
  return { opened, faults, close: () => context.close() };
}

/** What axe finds wrong, a line for each element; by some of its rules only, if they are named. */
export async function violations(opened, rules) {
  // The policy of the page holds for scripts that tests bring along too, so axe goes around it: through the debugger.
  await opened.evaluate(await readFile(axe, "utf8"));
  const { violations } = await opened.evaluate(runOnly => globalThis.axe.run(document, { resultTypes: ["violations"], ...(runOnly && { runOnly }) }), rules);
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}
