// Every page that the program writes is sound HTML, by the Nu HTML checker: of Recto's own site, errors and warnings alike.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { site } from "./bed.mjs";

const checker = join(dirname(createRequire(import.meta.url).resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
const without = spawnSync("java", ["-version"]).status === 0 ? false : "Java is missing: install a runtime, as Debian's default-jre-headless";

test("every page is sound HTML", { skip: without }, () => {
  const { status, stdout, stderr } = spawnSync("java", ["-jar", checker, "--skip-non-html", "--format", "gnu", "--exit-zero-always", site], { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(status, 0, stderr);
  const told = (stdout + stderr).split("\n").filter(line => /: (error|info warning|warning)/.test(line));
  assert.deepEqual(told, []);
});
