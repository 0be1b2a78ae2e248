/** The one place that speaks to the server: no cookies, no credentials. */
import { type Answer, isProblem, problem, readAnswer } from "./answer.ts";
import type { Booking, BookingRequest, ItemRequest, Processing, Slots } from "./types.ts";
import type { Ui } from "./ui.ts";

export interface CouponAnswer {
  valid: boolean;
  discount?: string;
}

type Outcome = Booking | Processing;

type From = Pick<Ui, "server" | "locale">;

/** Codes after which the same words may simply be sent again. */
export const AGAIN = ["offline", "network", "unavailable", "platform_unavailable", "rate_limited"];

const POLL_EVERY = 1500;
const POLL_TIMES = 40;

/** The same words get the same key, so that a repeated try can never book twice. */
let last = { words: "", key: "" };

/** A random key, also where the page is not served securely. */
const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

const ask = <T>({ server }: From, path: string, init: RequestInit = {}): Promise<Answer<T>> =>
  readAnswer<T>(fetch(new URL(path, server), { credentials: "omit", ...init }));

function post<T>(from: From, path: string, content: unknown): Promise<Answer<T>> {
  const body = JSON.stringify(content);
  const words = path + body;
  if (words !== last.words) last = { words, key: newKey() };
  const headers = {
    "Content-Type": "application/json",
    "Accept-Language": from.locale,
    "Idempotency-Key": last.key,
  };
  return ask<T>(from, path, { method: "POST", body, headers });
}

/** While the outcome is not known, `waiting` is told and the status is asked for until it is. */
async function settled(
  from: From,
  asked: Promise<Answer<Outcome>>,
  waiting: () => void,
): Promise<Answer<Booking>> {
  let answer = await asked;
  for (let tries = 0; "status_url" in answer && tries < POLL_TIMES; tries++) {
    waiting();
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY));
    const next = await ask<Outcome>(from, answer.status_url);
    if (!isProblem(next) || !AGAIN.includes(next.code)) answer = next;
  }
  return "status_url" in answer ? problem({ code: "processing" }) : answer;
}

const of = (token: string): string => `v1/bookings/${encodeURIComponent(token)}`;

export const askSlots = (from: From, path: string): Promise<Answer<Slots>> => ask(from, path);

export const askBooking = (from: From, token: string): Promise<Answer<Booking>> => ask(from, of(token));

export const book = (from: From, request: BookingRequest, waiting: () => void): Promise<Answer<Booking>> =>
  settled(from, post(from, "v1/bookings", request), waiting);

export const cancel = (from: From, token: string): Promise<Answer<Booking>> =>
  post(from, `${of(token)}/cancel`, {});

export const reschedule = (
  from: From,
  token: string,
  start: string,
  waiting: () => void,
): Promise<Answer<Booking>> =>
  settled(from, post(from, `${of(token)}/reschedule`, { start, employee: null }), waiting);

export const checkCoupon = (
  from: From,
  code: string,
  items: ItemRequest[],
  email: string,
): Promise<Answer<CouponAnswer>> => post(from, "v1/coupons/check", { code, items, email });
