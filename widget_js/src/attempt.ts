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

/** What remembers the key, and nothing else, while an attempt is open: the tab, or the page where it may not. */
function memory(ui: Ui): { bookingKey?: string } {
  try {
    return sessionStorage as { bookingKey?: string };
  } catch {
    return ui;
  }
}

/** Books, or tells what has become of an earlier try. */
export async function book(ui: Ui, body: BookingRequest): Promise<Answer<Booking>> {
  const kept = memory(ui);
  const key = (kept.bookingKey ??= newKey());
  const ask = (hold: string | null): Promise<Answer<Outcome>> =>
    post(ui, "v1/bookings", { ...body, hold }, "POST", key);
  let asked = await ask(body.hold);
  if (isProblem(asked) && asked.code === "hold_expired") asked = await ask(null);
  const answer = await settled(ui, asked);
  if (!isProblem(answer) || OVER.includes(answer.code)) delete kept.bookingKey;
  return answer;
}
