/** What a visitor's wish makes the widget do with the server. */
import { type Answer, isProblem } from "./answer.ts";
import { type Outcome, ask, post, settled } from "./api.ts";
import { book } from "./attempt.ts";
import { keepLonger, syncHold } from "./holds.ts";
import type { Month } from "./dates.ts";
import { Phrase } from "./i18n/keys.ts";
import { leafTo } from "./open-times.ts";
import { pause } from "./pause.ts";
import { bookingBody, faultsOf, itemsAt, managed, slotsPath } from "./request.ts";
import { type State, slotsKey } from "./state.ts";
import type { Booking, Slots } from "./types.ts";
import type { Ui } from "./ui.ts";

/** A courtesy keeps nobody waiting for long. */
const LONGEST_WAIT = 3000;

export const idOf = (path: string): string => `f-${path.replaceAll(".", "-")}`;

/** Goes on with a good answer; a refusal is told to the page and shown where it can be mended. */
async function attempt<T extends object>(
  ui: Ui,
  asked: Promise<Answer<T>>,
  go: (answer: T) => void,
): Promise<void> {
  const answer = await asked;
  if (!isProblem(answer)) {
    go(answer);
    return;
  }
  ui.emit("error", { code: answer.code });
  ui.send("refused", answer);
  const [wrong] = Object.keys(ui.state.errors);
  if (wrong !== undefined) ui.focus(`#${idOf(wrong)}`);
}

/** Asks for what the step in view shows and is not known yet. */
export function sync(ui: Ui): void {
  const { state, send } = ui;
  syncHold(ui);
  if (state.step === "time") {
    // late in a month what is open is likely in the next: asked for at once, not one after the other
    for (const month of [state.month, state.today > `${state.month}-21` && leafTo(state, 1)])
      if (month && !state.slots[month]) void loadSlots(ui, month);
  }
  if (state.step === "manage" && !state.booking && !state.problem && !state.busy) {
    send("busy", "loading");
    const asked = settled(ui, ask<Outcome>(ui, managed(state)));
    void attempt(ui, asked, (booking) => send("managed", { booking, change: "" }));
  }
}

async function loadSlots(ui: Ui, month: Month): Promise<void> {
  const { state, send, emit } = ui;
  const asked = { key: slotsKey(state), month };
  send("slots", { ...asked, answer: "loading" });
  // what the browser still knows may show the very time that has just been lost
  const answer = await ask<Slots>(ui, slotsPath(state, month), { cache: "no-cache" });
  if (isProblem(answer)) emit("error", { code: answer.code });
  send("slots", { ...asked, answer });
}

/** Goes on from the details, or says what is missing. */
export function check(ui: Ui): void {
  const { state, say, send, focus } = ui;
  const words = { required: say(Phrase.required), email: say(Phrase.emailBad) };
  const faults = Object.entries(faultsOf(state));
  const [first] = faults;
  if (first) {
    send("errors", Object.fromEntries(faults.map(([path, fault]) => [path, [words[fault]]])));
    focus(`#${idOf(first[0])}`);
    return;
  }
  keepLonger(ui);
  send("next");
}

export function applyCoupon(ui: Ui): void {
  const { slot, form, hold } = ui.state;
  const code = form.coupon?.trim();
  if (!slot || !code) return;
  const body = { code, items: itemsAt(ui.state, slot), email: form["customer.email"], hold: hold?.token };
  const asked = post<{ valid: boolean; discount?: string }>(ui, "v1/coupons/check", body);
  void attempt(ui, asked, ({ valid, discount = "0" }) => {
    if (valid) ui.send("discount", discount);
    else ui.send("errors", { coupon: [ui.say(Phrase.couponBad)] });
  });
}

/** What the page may know of a booking: nothing personal. */
const mentioned = ({ id, items }: Booking): object => ({ id, start: items[0]?.start });

/** Sends a change of the booking that is managed, and tells the page when it is done. */
function change(ui: Ui, change: State["change"], event: string, ask: () => Promise<Answer<Booking>>): void {
  if (ui.state.busy) return;
  ui.send("busy", "sending");
  void attempt(ui, ask(), (booking) => {
    ui.send("managed", { booking, change });
    ui.emit(event, mentioned(booking));
  });
}

/** Sends what the review shows: a new booking, or the new time of an old one. */
export async function submit(ui: Ui): Promise<void> {
  const { state, emit, send } = ui;
  const { slot, manage } = state;
  if (slot === null || state.busy) return;
  if (manage !== null) {
    change(ui, "moved", "rescheduled", () =>
      settled(ui, post(ui, `${managed(state)}/reschedule`, { start: slot.start, employee: null })),
    );
    return;
  }
  if (!emit("before-submit", { items: itemsAt(state, slot) }, true)) return;
  send("busy", "sending");
  // a hold on its way would stand in its own visitor's way
  await Promise.race([ui.holding, pause(LONGEST_WAIT)]);
  if (ui.state.slot !== slot) {
    send("busy", "");
    return;
  }
  await attempt(ui, book(ui, bookingBody(ui, slot)), (booking) => {
    send("booked", booking);
    emit("booked", { ...mentioned(booking), value: booking.total, currency: booking.currency });
  });
}

export const cancel = (ui: Ui): void =>
  change(ui, "canceled", "canceled", () => post(ui, `${managed(ui.state)}/cancel`, {}));
