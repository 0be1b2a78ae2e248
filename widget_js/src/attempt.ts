/**
 * One attempt to book: every try has the same key until the outcome is known, whatever happens to the line, to
 * the visitor's details or to the page, so that nothing is booked twice.
 */
import { type Answer, isProblem } from "./answer.ts";
import { type Outcome, newKey, post, settled } from "./api.ts";
import type { Booking, BookingRequest } from "./types.ts";
import type { Ui } from "./ui.ts";

/** After these a further try is a new attempt; any other problem leaves nothing booked, or nothing known. */
const OVER = ["slot_taken", "not_offered", "idempotency_key_reused"];

/** What remembers the key, and nothing else, while an attempt is open. */
const NAME = "bw-booking-key";

/** Does something with the tab's storage, which outlives a reload; null where it may not, cannot or has no room. */
function inTab<T>(act: (tab: Storage) => T): T | null {
  try {
    return act(sessionStorage);
  } catch {
    return null;
  }
}

/** The key of the attempt that is open, else of a new one; what the tab cannot remember the page does. */
function keyOf(ui: Ui): string {
  const key = inTab((tab) => tab.getItem(NAME)) ?? ui.bookingKey ?? newKey();
  inTab((tab) => {
    tab.setItem(NAME, key);
  });
  ui.bookingKey = key;
  return key;
}

function forget(ui: Ui): void {
  delete ui.bookingKey;
  delete ui.solution;
  inTab((tab) => {
    tab.removeItem(NAME);
  });
}

declare const CHALLENGE: string;

/** Solves a challenge, by a piece of its own; without a solution the server says what it wants. */
export const solve = ({ server }: Ui): Promise<string | null> =>
  (import(CHALLENGE) as Promise<typeof import("./challenge.ts")>).then(
    (piece) => piece.solve(server),
    () => null,
  );

/** Books, or tells what has become of an earlier try. What the visitor need not mend is mended, once each. */
export async function book(ui: Ui, body: BookingRequest): Promise<Answer<Booking>> {
  const key = keyOf(ui);
  const ask = async (hold: string | null): Promise<Answer<Outcome>> =>
    post(ui, "v1/bookings", { ...body, hold, challenge: await ui.solution }, "POST", key);
  let asked = await ask(body.hold);
  if (isProblem(asked) && /^challenge/.test(asked.code)) {
    ui.solution = solve(ui);
    asked = await ask(body.hold);
  }
  if (isProblem(asked) && asked.code === "hold_expired") asked = await ask(null);
  const answer = await settled(ui, asked);
  if (!isProblem(answer) || OVER.includes(answer.code)) forget(ui);
  return answer;
}
