// The search of a built site, without a browser: the theme's own script, with a document that knows nothing but to load scripts.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

/**
 * Opens the search of the site in `folder`, as a reader of `version` has it. `script` is the file of the script, the built one if none is
 * given. `search(query)` gives the pages that are shown first, the best first; `loaded` is what was loaded so far, by name, in bytes after gzip.
 */
export function open(folder, version, script) {
  const loaded = {};
  const read = path => readFileSync(join(folder, path), "utf8");
  const document = {
    querySelector: () => ({ dataset: { root: "", version, style: "" } }),
    createElement: () => ({}),
    head: {
      append(element) {
        const path = element.src.split("?")[0];
        const text = read(path);
        loaded[path] = gzipSync(text, { level: 9 }).length;
        setImmediate(() => {
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
    async search(query) {
      await rectoSearch.ready();
      const at = Math.max(0, rectoSearch.list().v.findIndex(({ id }) => id === version));
      const found = await rectoSearch.find(query, at);
      return { ...found, pages: await rectoSearch.show(found, query, at) };
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
