// The search of a built site, without a browser: the theme's own script, with a document that knows nothing but to load scripts.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

/**
 * Opens the search of the site in `folder`, as a reader of `version` has it. `script` is the file of the script, the built one if none is
 * given. `search(query)` gives the pages that are shown first, the best first; `loaded` is what was loaded so far, by path: bytes after
 * gzip, and the round in which it was asked for (a file that is asked for when another is there comes a round after that one).
 * `cost()` gives the milliseconds that the script took since it was last asked; reading and compressing files is not in them.
 */
export function open(folder, version, script) {
  const loaded = {};
  let round = 0;
  let spent = 0;
  // Of the processor: others may have it in between.
  const now = () => Object.values(process.cpuUsage()).reduce((a, b) => a + b) / 1000;
  const aside = work => {
    const start = now();
    const made = work();
    spent -= now() - start;
    return made;
  };
  const read = path => readFileSync(join(folder, path), "utf8");
  const document = {
    querySelector: () => ({ dataset: { root: "", version, style: "" } }),
    createElement: () => ({}),
    head: {
      append(element) {
        const path = element.src.split("?")[0];
        const own = round + 1;
        const text = aside(() => {
          const text = read(path);
          loaded[path] = { bytes: gzipSync(text, { level: 9 }).length, round: own };
          return text;
        });
        setImmediate(() => {
          round = Math.max(round, own);
          vm.runInContext(text, context);
          element.onload?.();
        });
      },
    },
  };
  const context = vm.createContext({ document });
  const home = read("index.html");
  const built = home.match(/data-script="([^"]+)"/)?.[1];
  const source = script ? readFileSync(script, "utf8") : read(built);
  vm.runInContext(source, context);
  const { rectoSearch } = context;
  return {
    loaded,
    code: gzipSync(source, { level: 9 }).length,
    cost() {
      const before = spent;
      spent = 0;
      return before;
    },
    async search(query) {
      const start = now();
      await rectoSearch.ready();
      const at = Math.max(0, rectoSearch.list().v.findIndex(({ id }) => id === version));
      const found = await rectoSearch.find(query, at);
      const pages = await rectoSearch.show(found, at);
      spent += now() - start;
      return { ...found, pages };
    },
  };
}

/** How well ranks (from 1; 0 where the answer was not found) are: parts of 1. */
export function measures(ranks) {
  const part = of => of / ranks.length;
  return {
    hit1: part(ranks.filter(rank => rank === 1).length),
    hit3: part(ranks.filter(rank => rank > 0 && rank <= 3).length),
    mrr: part(ranks.reduce((sum, rank) => sum + (rank > 0 && rank <= 10 ? 1 / rank : 0), 0)),
  };
}
