/** Participant and session codes, by the same rule as in Python (`experiments/codes.py`, which explains it). */

const ALPHABET = "256789cdhjmprtvwx";
const BASE = 3;
const PREFIX = "p";
const DRAWN = 10;
const DRAWN_OF_SESSION = 20;

/** A random participant code with its check character; it reveals nothing about the person. */
export function newParticipant() {
  const drawn = drawnCharacters(DRAWN);
  return PREFIX + drawn + checkCharacter(drawn);
}

/** A random session code, which nobody types. */
export function newSession() {
  return drawnCharacters(DRAWN_OF_SESSION);
}

/**
 * The character that makes the weighted sum of a code a multiple of the length of the alphabet.
 *
 * @param {string} drawn
 */
export function checkCharacter(drawn) {
  const length = ALPHABET.length;
  let total = 0;
  for (const character of drawn) total = ((total + ALPHABET.indexOf(character)) * BASE) % length;
  return ALPHABET[(length - total) % length];
}

function drawnCharacters(length) {
  let drawn = "";
  while (drawn.length < length) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    // The bytes above the last multiple are drawn again, so that every character has the same probability.
    if (byte < 256 - (256 % ALPHABET.length)) drawn += ALPHABET[byte % ALPHABET.length];
  }
  return drawn;
}
