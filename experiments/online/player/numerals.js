/**
 * How numbers are written and rounded: exactly as Python does it, so that lab rows and browser rows
 * of the same answers are the same characters.
 */

/**
 * Write a number with a fixed count of decimals, halves going to the even digit.
 *
 * `Number.toFixed` works on the exact binary value as Python does, but sends halves up.
 *
 * @param {number} amount less than 1e21 in size
 * @param {number} decimals at most 40
 * @returns {string}
 */
export function fixed(amount, decimals) {
  const size = Math.abs(amount);
  const sign = amount < 0 || Object.is(amount, -0) ? "-" : "";
  const exact = size.toFixed(decimals + 50);
  const cut = exact.length - 50;
  const kept = exact.slice(0, cut).replace(/\.$/, "");
  const isHalf = exact.slice(cut) === "5" + "0".repeat(49);
  const isEven = "02468".includes(kept.at(-1));
  return sign + (isHalf && isEven ? kept : size.toFixed(decimals));
}

/**
 * Round to microseconds' worth of decimals, as Python's `round(x, 6)`.
 *
 * @param {number} amount
 */
export function rounded(amount) {
  return Number(fixed(amount, 6));
}

/**
 * Write an answer as the column `value` has it.
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
 * Write an amount of money as the screen's texts do.
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
 * The value `steps` steps above the low end, without the dust of binary fractions.
 *
 * @param {{low: number, step: number}} ask
 * @param {number} steps
 */
export function valueAt(ask, steps) {
  return Number(fixed(ask.low + steps * ask.step, 9));
}

/**
 * How many steps lie between the ends of an ask.
 *
 * @param {{low: number, high: number, step: number}} ask
 */
export function stepsOf(ask) {
  return Math.round((ask.high - ask.low) / ask.step);
}
