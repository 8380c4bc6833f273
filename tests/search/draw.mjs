// Queries that nobody picks: numbers that look random and are the same in each run, and typing errors made of them.

/** Numbers from 0 to 1, after `seed` (mulberry32). */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** `word` with one error of the four that fingers make, anywhere in it. */
export function mistyped(word, draw) {
  const at = Math.floor(draw() * word.length);
  const letter = "abcdefghijklmnopqrstuvwxyz"[Math.floor(draw() * 26)];
  const made = [
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + letter + word.slice(at),
    word.slice(0, at) + letter + word.slice(at + 1),
    word.slice(0, at) + (word[at + 1] ?? "") + word[at] + word.slice(at + 2),
  ][Math.floor(draw() * 4)];
  return made === word ? mistyped(word, draw) : made;
}
