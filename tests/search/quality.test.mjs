// The search finds what readers of etcd's docs look for: floors for how often the answer comes first, or among the first three.
//
// `RECTO` names the program, `RECTO_CORPORA` the folder of the corpora; without the corpus there is nothing to do, which is said.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { measures, open } from "./engine.mjs";
import { queries } from "./queries.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.RECTO ?? join(root, "target/debug/recto");
const corpus = join(process.env.RECTO_CORPORA ?? join(root, "../shared/corpora"), "etcd");

test("readers find what they look for", { skip: !existsSync(corpus) && `there is no corpus at ${corpus}` }, async t => {
  const folder = mkdtempSync(join(tmpdir(), "recto-quality-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(corpus).filter(name => /^v\d/.test(name))) cpSync(join(corpus, name), join(folder, name), { recursive: true });
  // The corpus may lie there for reading only.
  for (const name of readdirSync(folder, { recursive: true })) chmodSync(join(folder, name), 0o755);
  copyFileSync(join(root, "tests/etcd/recto.toml"), join(folder, "recto.toml"));
  execFileSync(program, ["build", "--root", folder, "--quiet"], { stdio: ["ignore", "ignore", "pipe"] });
  const site = join(folder, "public");

  assert.ok(queries.length >= 60);
  const ranks = [];
  const missed = [];
  let most = 0;
  for (const [kind, query, ...answers] of queries) {
    // Each reader comes with nothing loaded.
    const { search, loaded, code } = open(site, "v3.7");
    const { pages } = await search(query);
    const rank = pages.findIndex(({ path }) => answers.includes(path)) + 1;
    ranks.push(rank);
    if (rank !== 1) missed.push(`${kind}: ${query}: ${rank || "not found"}, first ${pages[0]?.path}`);
    most = Math.max(most, Object.values(loaded).reduce((sum, { bytes }) => sum + bytes, 0));
    assert.ok(code <= 6144, `${code} bytes of script`);
  }
  const { hit1, hit3, mrr } = measures(ranks);
  const told = `first ${hit1.toFixed(3)}, among three ${hit3.toFixed(3)}, mean reciprocal rank ${mrr.toFixed(3)}; at most ${most} bytes\n${missed.join("\n")}`;
  t.diagnostic(told);
  assert.ok(hit1 >= 0.94, told);
  assert.ok(hit3 >= 0.98, told);
  assert.ok(mrr >= 0.95, told);
  assert.ok(most <= 80_000, told);
});

test("measures are what they are called", () => {
  assert.deepEqual(measures([1, 2, 0, 4]), { hit1: 0.25, hit3: 0.5, mrr: (1 + 0.5 + 0.25) / 4 });
});
