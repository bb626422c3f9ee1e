/**
 * Formatting and rounding of numbers exactly as in Python, so that lab and browser rows of the same answers
 * are identical.
 */

/**
 * Format a number with a fixed number of decimals, rounding halves to even.
 *
 * `Number.toFixed` works on the exact binary value, as Python does, but rounds halves up.
 *
 * @param {number} amount less than 1e21 in absolute value
 * @param {number} decimals at most 40
 * @returns {string}
 */
export function fixed(amount, decimals) {
  const size = Math.abs(amount);
  const sign = amount < 0 || Object.is(amount, -0) ? "-" : "";
  const exact = size.toFixed(decimals + 50);
  const cut = exact.length - 50;
  const truncated = exact.slice(0, cut).replace(/\.$/, "");
  const isHalf = exact.slice(cut) === "5" + "0".repeat(49);
  const isEven = "02468".includes(truncated.at(-1));
  return sign + (isHalf && isEven ? truncated : size.toFixed(decimals));
}

/**
 * Round seconds to microseconds, as Python's `round(x, 6)` does.
 *
 * @param {number} amount
 */
export function rounded(amount) {
  return Number(fixed(amount, 6));
}

/**
 * Format an answer for the column `value`.
 *
 * @param {string|number|null} answer
 * @returns {string|null}
 */
export function valueText(answer) {
  if (typeof answer !== "number") return answer;
  if (Number.isInteger(answer)) return BigInt(answer).toString();
  if (Math.abs(answer) >= 1e-4) return String(answer);
  const [digits, exponent] = answer.toExponential().split("e-");
  return `${digits}e-${exponent.padStart(2, "0")}`;
}

/**
 * Format an amount of money as in the screen's texts.
 *
 * @param {number} amount
 * @param {{prefix: string, suffix: string, decimals: number}} money
 */
export function moneyText(amount, money) {
  const [whole, part] = fixed(amount, money.decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return money.prefix + grouped + (part ? "." + part : "") + money.suffix;
}

/**
 * The value `steps` steps above the low end, without floating-point error.
 *
 * @param {{low: number, step: number}} ask
 * @param {number} steps
 */
export function valueAt(ask, steps) {
  return Number(fixed(ask.low + steps * ask.step, 9));
}

/**
 * Return the number of steps between the ends of a question.
 *
 * @param {{low: number, high: number, step: number}} ask
 */
export function stepsOf(ask) {
  return Math.round((ask.high - ask.low) / ask.step);
}
