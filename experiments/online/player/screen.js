/** What follows from a screen's data. A port of `Screen` in `experiments/screen/screen.py`. */

/** Whether participants go on with a button; otherwise the screen ends by itself, and not before its time. */
export function hasButton({ kind, at_least: least, at_most: most }) {
  const isFixed = most > 0 && most <= least;
  return kind !== "look" && kind !== "timed" && !isFixed;
}
