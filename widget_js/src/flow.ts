/** Keeps the state of one widget, does what needs the server, and tells the page what happened. */
import { Api, ApiError } from "./api.ts";
import { monthOf } from "./dates.ts";
import { Phrase } from "./i18n/keys.ts";
import type { Say } from "./i18n/phrases.ts";
import { bookingBody, faultsOf, itemsAt, slotsPath } from "./request.ts";
import { type Action, type Start, type State, begin, reduce, slotsKey } from "./state.ts";
import type { Problem } from "./types.ts";

export interface Host {
  changed: () => void;
  focus: (path: string) => void;
  /** False when a listener has objected. */
  emit: (name: string, detail?: object, cancelable?: boolean) => boolean;
}

const problemOf = (error: unknown): Problem => {
  if (error instanceof ApiError) return error.problem;
  throw error;
};

export class Flow {
  state: State;

  constructor(
    start: Start,
    readonly api: Api,
    readonly host: Host,
    readonly say: Say,
    readonly locale: string,
  ) {
    this.state = begin(start);
    if (this.state.manage === null) this.#loadSlots();
    else void this.#loadBooking(this.state.manage);
  }

  send = (action: Action): void => {
    const before = this.state;
    this.state = reduce(before, action);
    this.#announce(before);
    this.#loadSlots();
    this.host.changed();
  };

  retry = (): void => {
    const { manage, step, month } = this.state;
    if (manage !== null && step === "manage") void this.#loadBooking(manage);
    else this.#askSlots(month);
  };

  focus = (path: string): void => {
    this.host.focus(path);
  };

  /** Goes on from the details, or says what is missing. */
  check = (): void => {
    const words = { required: this.say(Phrase.required), email: this.say(Phrase.emailBad) };
    const faults = Object.entries(faultsOf(this.state)).map(
      ([path, fault]) => [path, [words[fault]]] as const,
    );
    if (faults.length === 0) {
      this.send({ type: "next" });
      return;
    }
    this.send({ type: "errors", value: Object.fromEntries(faults) });
    this.host.focus(faults[0]?.[0] ?? "");
  };

  submit = (): void => {
    void (this.state.manage === null ? this.#book() : this.#move(this.state.manage));
  };

  cancel = (): void => {
    const { manage } = this.state;
    if (manage !== null) void this.#change("canceled", () => this.api.cancel(manage));
  };

  applyCoupon = (): void => {
    const { slot, form } = this.state;
    const code = (form.coupon ?? "").trim();
    if (slot === null || code === "") return;
    this.api.checkCoupon(code, itemsAt(this.state, slot), form["customer.email"] ?? "").then(
      ({ valid, discount = null }) => {
        if (valid) this.send({ type: "discount", value: discount });
        else this.send({ type: "errors", value: { coupon: [this.say(Phrase.couponBad)] } });
      },
      (error: unknown) => {
        this.#refused(error);
      },
    );
  };

  #refused(error: unknown): void {
    const value = problemOf(error);
    this.send({ type: "refused", value });
    this.host.emit("error", { code: value.code });
    const [wrong] = Object.keys(this.state.errors);
    if (wrong !== undefined) this.host.focus(wrong);
  }

  #waiting = (): void => {
    if (this.state.busy !== "processing") this.send({ type: "processing" });
  };

  async #book(): Promise<void> {
    const { slot } = this.state;
    if (slot === null || this.state.busy) return;
    const body = bookingBody(this.state, slot, this.locale, null);
    if (!this.host.emit("before-submit", { items: body.items }, true)) return;
    this.send({ type: "sending" });
    try {
      const value = await this.api.book(body, this.#waiting);
      this.send({ type: "booked", value });
      const { id, total, currency, items } = value;
      this.host.emit("booked", { id, start: items[0]?.start, value: total, currency });
    } catch (error) {
      this.#refused(error);
    }
  }

  async #move(token: string): Promise<void> {
    const { slot } = this.state;
    if (slot === null) return;
    await this.#change("moved", () => this.api.reschedule(token, slot.start, this.#waiting));
  }

  async #change(
    change: "moved" | "canceled",
    ask: () => Promise<NonNullable<State["booking"]>>,
  ): Promise<void> {
    if (this.state.busy) return;
    this.send({ type: "sending" });
    try {
      const value = await ask();
      this.send({ type: "managed", value, change });
      const detail = { id: value.id, start: value.items[0]?.start };
      this.host.emit(change === "moved" ? "rescheduled" : "canceled", detail);
    } catch (error) {
      this.#refused(error);
    }
  }

  async #loadBooking(token: string): Promise<void> {
    try {
      this.send({ type: "managed", value: await this.api.booking(token), change: "" });
    } catch (error) {
      this.#refused(error);
    }
  }

  /** The times of the month in view, when they are not known yet. */
  #loadSlots(): void {
    const { step, month, slots } = this.state;
    if (step === "time" && slots[month] === undefined) this.#askSlots(month);
  }

  #askSlots(month: string): void {
    const key = slotsKey(this.state);
    this.state = reduce(this.state, { type: "slots", key, month, value: "loading" });
    this.host.changed();
    this.api.slots(slotsPath(this.state, month)).then(
      (value) => {
        this.send({ type: "slots", key, month, value });
      },
      (error: unknown) => {
        this.send({ type: "slots", key, month, value: problemOf(error) });
        this.host.emit("error", { code: problemOf(error).code });
      },
    );
  }

  #announce(before: State): void {
    const { step, visit, day, slot } = this.state;
    const { emit } = this.host;
    const services = (state: State): string => state.visit.items.map(({ service }) => service).join();
    if (services(before) !== services(this.state))
      emit("service-selected", { services: visit.items.map(({ service }) => service) });
    if (before.visit.employee !== visit.employee)
      emit("employee-selected", { employee: visit.employee ?? null });
    if (before.visit.location !== visit.location) emit("location-selected", { location: visit.location });
    if (before.day !== day && day !== null) emit("date-selected", { date: day, month: monthOf(day) });
    if (before.slot !== slot && slot !== null) emit("time-selected", { start: slot.start });
    if (before.step !== step) emit("step", { step });
  }
}
