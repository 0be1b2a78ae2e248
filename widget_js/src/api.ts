/** The one place that speaks HTTP: no cookies, no credentials, errors as problem documents. */
import type { Booking, BookingRequest, ItemRequest, Problem, Processing, Slots } from "./types.ts";

/** A refusal or failure, in the API's terms. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

export interface CouponAnswer {
  valid: boolean;
  discount?: string;
}

export interface Hold {
  token: string;
  expires_at: string;
}

const POLL_EVERY = 1500;
const POLL_TIMES = 40;

const noAnswer = (): Problem => ({
  code: navigator.onLine ? "network" : "offline",
  detail: "",
  errors: {},
  alternatives: [],
});

/** Reads an answer, or throws what is wrong with it. */
export async function readAnswer<T>(answer: Promise<Response>): Promise<T> {
  let response: Response;
  let body: unknown;
  try {
    response = await answer;
    body = response.status === 204 ? null : await response.json();
  } catch {
    throw new ApiError(noAnswer());
  }
  if (response.ok) return body as T;
  throw new ApiError({ ...noAnswer(), code: "unavailable", ...(body as Partial<Problem>) });
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A random key, also where the page is not served securely. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export class Api {
  /** The same words get the same key, so that a repeated try can never book twice. */
  #last = { body: "", key: "" };

  constructor(
    readonly server: string,
    readonly language: string,
  ) {}

  #ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    return readAnswer<T>(fetch(new URL(path, this.server), { credentials: "omit", ...init }));
  }

  #send<T>(method: string, path: string, content: unknown): Promise<T> {
    const body = JSON.stringify(content);
    const sent = `${method} ${path} ${body}`;
    if (sent !== this.#last.body) this.#last = { body: sent, key: newKey() };
    const headers = {
      "Content-Type": "application/json",
      "Accept-Language": this.language,
      "Idempotency-Key": this.#last.key,
    };
    return this.#ask<T>(path, { method, body, headers });
  }

  slots(path: string): Promise<Slots> {
    return this.#ask(path);
  }

  booking(token: string): Promise<Booking> {
    return this.#ask(`v1/bookings/${token}`);
  }

  /** Books; while the outcome is not known, `waiting` is told and the status is asked for until it is. */
  async book(request: BookingRequest, waiting: () => void): Promise<Booking> {
    return this.#settled(await this.#send<Booking | Processing>("POST", "v1/bookings", request), waiting);
  }

  async #settled(first: Booking | Processing, waiting: () => void): Promise<Booking> {
    let answer = first;
    for (let tries = 0; "status_url" in answer && tries < POLL_TIMES; tries++) {
      waiting();
      const { status_url: address } = answer;
      await pause(POLL_EVERY);
      answer = await this.#ask<Booking | Processing>(address).catch(() => answer);
    }
    if ("status_url" in answer) throw new ApiError({ ...noAnswer(), code: "processing" });
    return answer;
  }

  cancel(token: string): Promise<Booking> {
    return this.#send("POST", `v1/bookings/${token}/cancel`, {});
  }

  async reschedule(token: string, start: string, waiting: () => void): Promise<Booking> {
    const path = `v1/bookings/${token}/reschedule`;
    return this.#settled(
      await this.#send<Booking | Processing>("POST", path, { start, employee: null }),
      waiting,
    );
  }

  checkCoupon(code: string, items: ItemRequest[], email: string): Promise<CouponAnswer> {
    return this.#send("POST", "v1/coupons/check", { code, items, email });
  }

  hold(items: ItemRequest[]): Promise<Hold> {
    return this.#send("POST", "v1/holds", { items });
  }

  extendHold(token: string): Promise<Hold> {
    return this.#send("PATCH", `v1/holds/${token}`, {});
  }

  giveBack(token: string): void {
    const address = new URL(`v1/holds/${token}`, this.server);
    const headers = { "Idempotency-Key": newKey() };
    fetch(address, { method: "DELETE", credentials: "omit", keepalive: true, headers }).catch(
      () => undefined,
    );
  }
}
