/** The one place that speaks to the server: no cookies, no credentials. */
import { type Answer, isProblem, problem, readAnswer } from "./answer.ts";
import type { Booking, Unsettled } from "./types.ts";
import type { Ui } from "./ui.ts";

export type Outcome = Booking | Unsettled;

type From = Pick<Ui, "server" | "locale">;

const POLL_EVERY = 1500;
const POLL_TIMES = 40;

/** The same words get the same key, so that a repeated try can never book twice. */
let last = { words: "", key: "" };

/** A random key, also where the page is not served securely. */
const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

export const ask = <T>({ server }: From, path: string, init: RequestInit = {}): Promise<Answer<T>> =>
  readAnswer<T>(fetch(new URL(path, server), { credentials: "omit", ...init }));

export function post<T>(from: From, path: string, content: unknown, method = "POST"): Promise<Answer<T>> {
  const body = JSON.stringify(content);
  const words = method + path + body;
  if (words !== last.words) last = { words, key: newKey() };
  const headers = {
    "Content-Type": "application/json",
    "Accept-Language": from.locale,
    "Idempotency-Key": last.key,
  };
  return ask<T>(from, path, { method, body, headers, keepalive: true });
}

/** While the outcome is not known, `waiting` is told and the status is asked for until it is. */
export async function settled(
  from: From,
  asked: Promise<Answer<Outcome>>,
  waiting: () => void,
): Promise<Answer<Booking>> {
  let answer = await asked;
  for (let tries = 0; answer.status === "processing" && tries < POLL_TIMES; tries++) {
    waiting();
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY));
    const next = await ask<Outcome>(from, answer.status_url);
    if (!isProblem(next)) answer = next;
  }
  if (answer.status === "processing") return problem({ code: "processing" });
  return answer.status === "failed" ? problem({ code: "slot_taken" }) : (answer as Answer<Booking>);
}
