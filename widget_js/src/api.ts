/** The one place that speaks to the server: no cookies, no credentials. */
import { type Answer, isProblem, problem, readAnswer } from "./answer.ts";
import { pause } from "./pause.ts";
import type { Booking, Unsettled } from "./types.ts";
import type { Ui } from "./ui.ts";

export type Outcome = Booking | Unsettled;

type From = Pick<Ui, "server" | "locale">;

const TWO_MINUTES = 120_000;
const LONGEST_PAUSE = 10_000;

/** A random key, also where the page is not served securely. */
export const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

export const ask = <T>({ server }: From, path: string, init: RequestInit = {}): Promise<Answer<T>> =>
  readAnswer<T>(fetch(new URL(path, server), { credentials: "omit", ...init }));

/** Sends something that is to arrive even when the page is left meanwhile. */
export function post<T>(
  from: From,
  path: string,
  content: unknown,
  method = "POST",
  key = newKey(),
): Promise<Answer<T>> {
  const headers = {
    "Content-Type": "application/json",
    "Accept-Language": from.locale,
    "Idempotency-Key": key,
  };
  return ask<T>(from, path, { method, body: JSON.stringify(content), headers, keepalive: true });
}

/** How long to wait before each look at what is not known yet: growing, for about two minutes, in milliseconds. */
export function* pauses(): Generator<number> {
  let waited = 0;
  for (let pause = 1000; waited < TWO_MINUTES; pause = Math.min(pause * 1.3, LONGEST_PAUSE)) {
    yield pause;
    waited += pause;
  }
}

/** Asks for the status while the outcome is not known. */
export async function settled(
  ui: Ui,
  asked: Answer<Outcome> | Promise<Answer<Outcome>>,
): Promise<Answer<Booking>> {
  let answer = await asked;
  for (const wait of pauses()) {
    if (answer.status !== "processing") break;
    ui.send("busy", "processing");
    await pause(wait);
    const next = await ask<Outcome>(ui, answer.status_url);
    if (!isProblem(next)) answer = next;
  }
  if (answer.status === "processing") return problem({ code: "processing" });
  return answer.status === "failed" ? problem({ code: "slot_taken" }) : (answer as Answer<Booking>);
}
