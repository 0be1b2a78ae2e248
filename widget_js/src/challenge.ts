/**
 * The piece for businesses that ask whoever books to do some work first, fetched by nobody else: it solves what
 * `/v1/challenge` gives while the visitor types.
 */
import { pause } from "./pause.ts";
import { sha256 } from "./sha256.ts";

interface Challenge {
  challenge: string;
  maxnumber: number;
  salt: string;
}

/** So many milliseconds at a time; then the browser has its turn. */
const SLICE = 8;
/** So many numbers between two looks at the clock. */
const BETWEEN = 64;

const wordsOf = (hex: string): number[] => (hex.match(/.{8}/g) ?? []).map((word) => parseInt(word, 16) | 0);

/** The number whose digits after the salt have this hash; null when there is none. */
export async function numberOf({ challenge, maxnumber, salt }: Challenge): Promise<number | null> {
  const wanted = wordsOf(challenge);
  for (let number = 0, ends = 0; number <= maxnumber; number++) {
    if (number % BETWEEN === 0 && performance.now() > ends) {
      await pause();
      ends = performance.now() + SLICE;
    }
    const hash = sha256(salt + String(number));
    if (hash[0] === wanted[0] && wanted.every((word, i) => word === hash[i])) return number;
  }
  return null;
}

/** The solution of a fresh challenge, as it is sent; null when none can be had. */
export async function solve(server: string): Promise<string | null> {
  try {
    const response = await fetch(`${server}v1/challenge`, { credentials: "omit", cache: "no-store" });
    const challenge = (await response.json()) as Challenge;
    return btoa(JSON.stringify({ ...challenge, number: await numberOf(challenge) }));
  } catch {
    return null;
  }
}
