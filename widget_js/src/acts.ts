/** What a visitor's wish makes the widget do with the server. */
import { type Answer, isProblem } from "./answer.ts";
import * as api from "./api.ts";
import { Phrase } from "./i18n/keys.ts";
import { bookingBody, faultsOf, itemsAt, slotsPath } from "./request.ts";
import { type State, slotsKey } from "./state.ts";
import type { Booking } from "./types.ts";
import type { Ui } from "./ui.ts";

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
  if (state.step === "time" && state.slots[state.month] === undefined) void loadSlots(ui);
  if (state.step === "manage" && !state.booking && !state.problem && !state.busy) {
    send("busy", "loading");
    const asked = api.askBooking(ui, state.manage ?? "");
    void attempt(ui, asked, (booking) => send("managed", { booking, change: "" }));
  }
}

async function loadSlots(ui: Ui): Promise<void> {
  const { state, send, emit } = ui;
  const asked = { key: slotsKey(state), month: state.month };
  send("slots", { ...asked, answer: "loading" });
  const answer = await api.askSlots(ui, slotsPath(state));
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
  const asked = api.checkCoupon(ui, code, itemsAt(ui.state, slot), form["customer.email"] ?? "");
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
    change(ui, "moved", "rescheduled", () => api.reschedule(ui, manage, slot.start, waiting));
    return;
  }
  const body = bookingBody(ui, slot);
  if (!emit("before-submit", { items: body.items }, true)) return;
  send("busy", "sending");
  void attempt(ui, api.book(ui, body, waiting), (booking) => {
    send("booked", booking);
    emit("booked", { ...mentioned(booking), value: booking.total, currency: booking.currency });
  });
}

export const cancel = (ui: Ui): void =>
  change(ui, "canceled", "canceled", () => api.cancel(ui, ui.state.manage ?? ""));
