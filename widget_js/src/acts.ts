/** What a visitor's wish makes the widget do with the server. */
import { type Answer, isProblem } from "./answer.ts";
import { type Outcome, ask, post, settled } from "./api.ts";
import { Phrase } from "./i18n/keys.ts";
import { bookingBody, faultsOf, itemsAt, slotsPath } from "./request.ts";
import { type State, slotsKey } from "./state.ts";
import type { Booking, Hold, Slot, Slots } from "./types.ts";
import type { Ui } from "./ui.ts";

export const idOf = (path: string): string => `f-${path.replaceAll(".", "-")}`;

/** The path of the booking that is managed. */
const managed = ({ manage }: State): string => `v1/bookings/${encodeURIComponent(manage ?? "")}`;

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
  const { slot, hold } = state;
  const { features } = state.business;
  if (state.step === "time" && state.slots[state.month] === undefined) void loadSlots(ui);
  if (state.step === "details" && features.holds && slot && slot.start !== hold?.start)
    void keepSlot(ui, slot);
  if (state.step === "manage" && !state.booking && !state.problem && !state.busy) {
    send("busy", "loading");
    const asked = ask<Booking>(ui, managed(state));
    void attempt(ui, asked, (booking) => send("managed", { booking, change: "" }));
  }
}

/** Asks that the chosen start be kept while the visitor types; a start kept before is given back. */
async function keepSlot(ui: Ui, slot: Slot): Promise<void> {
  const { start } = slot;
  giveBack(ui);
  ui.send("hold", { start });
  const hold = await post<Hold>(ui, "v1/holds", { items: itemsAt(ui.state, slot) });
  if (!isProblem(hold)) ui.send("hold", { ...hold, start });
  // Better told now than after everything has been typed.
  else if (hold.code === "slot_taken") ui.send("refused", hold);
}

export async function keepLonger(ui: Ui, hold: Hold): Promise<void> {
  const kept = await post<Hold>(ui, `v1/holds/${hold.token}`, {}, "PATCH");
  if (!isProblem(kept)) ui.send("hold", { ...hold, ...kept });
}

/** Also when the page is left. */
export function giveBack(ui: Ui): void {
  const { hold, booking } = ui.state;
  if (hold?.token && !booking) void post(ui, `v1/holds/${hold.token}`, {}, "DELETE");
}

async function loadSlots(ui: Ui): Promise<void> {
  const { state, send, emit } = ui;
  const asked = { key: slotsKey(state), month: state.month };
  send("slots", { ...asked, answer: "loading" });
  const answer = await ask<Slots>(ui, slotsPath(state));
  if (isProblem(answer)) emit("error", { code: answer.code });
  send("slots", { ...asked, answer });
}

/** Goes on from the details, or says what is missing. */
export function check({ state, say, send, focus }: Ui): void {
  const words = { required: say(Phrase.required), email: say(Phrase.emailBad) };
  const faults = Object.entries(faultsOf(state));
  const [first] = faults;
  if (first) {
    send("errors", Object.fromEntries(faults.map(([path, fault]) => [path, [words[fault]]])));
    focus(`#${idOf(first[0])}`);
  } else send("next");
}

export function applyCoupon(ui: Ui): void {
  const { slot, form } = ui.state;
  const code = form.coupon?.trim();
  if (!slot || !code) return;
  const body = { code, items: itemsAt(ui.state, slot), email: form["customer.email"] ?? "" };
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
  ui.send("busy", "sending");
  void attempt(ui, ask(), (booking) => {
    ui.send("managed", { booking, change });
    ui.emit(event, mentioned(booking));
  });
}

/** Sends what the review shows: a new booking, or the new time of an old one. */
export function submit(ui: Ui): void {
  const { state, emit, send } = ui;
  const { slot, manage } = state;
  if (slot === null || state.busy) return;
  const waiting = (): void => {
    if (ui.state.busy !== "processing") send("busy", "processing");
  };
  if (manage !== null) {
    change(ui, "moved", "rescheduled", () =>
      settled(ui, post(ui, `${managed(state)}/reschedule`, { start: slot.start, employee: null }), waiting),
    );
    return;
  }
  const body = bookingBody(ui, slot);
  if (!emit("before-submit", { items: body.items }, true)) return;
  send("busy", "sending");
  void attempt(ui, settled(ui, post<Outcome>(ui, "v1/bookings", body), waiting), (booking) => {
    send("booked", booking);
    emit("booked", { ...mentioned(booking), value: booking.total, currency: booking.currency });
  });
}

export const cancel = (ui: Ui): void =>
  change(ui, "canceled", "canceled", () => post(ui, `${managed(ui.state)}/cancel`, {}));
