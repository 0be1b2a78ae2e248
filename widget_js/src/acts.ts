/** What a visitor's wish makes the widget do with the server. */
import { ApiError } from "./answer.ts";
import * as api from "./api.ts";
import { Phrase } from "./i18n/keys.ts";
import { bookingBody, faultsOf, itemsAt, slotsPath } from "./request.ts";
import { slotsKey } from "./state.ts";
import type { Booking, Problem } from "./types.ts";
import type { Ui } from "./ui.ts";

/** The problem in an answer that failed; anything else is a defect and goes on its way. */
function problemIn({ emit }: Ui, error: unknown): Problem {
  if (!(error instanceof ApiError)) throw error;
  emit("error", { code: error.problem.code });
  return error.problem;
}

const idOf = (path: string): string => `#f-${path.replaceAll(".", "-")}`;

async function attempt(ui: Ui, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    ui.send("refused", problemIn(ui, error));
    const [wrong] = Object.keys(ui.state.errors);
    if (wrong !== undefined) ui.focus(idOf(wrong));
  }
}

/** Asks for what the step in view shows and is not known yet. */
export function sync(ui: Ui): void {
  const { state, send } = ui;
  if (state.step === "time" && state.slots[state.month] === undefined) void loadSlots(ui);
  if (state.step === "manage" && !state.booking && !state.problem && !state.busy) {
    send("busy", "loading");
    void attempt(ui, async () => {
      send("managed", { booking: await api.askBooking(ui, state.manage ?? ""), change: "" });
    });
  }
}

async function loadSlots(ui: Ui): Promise<void> {
  const { state, send } = ui;
  const asked = { key: slotsKey(state), month: state.month };
  send("slots", { ...asked, answer: "loading" });
  const answer = await api.askSlots(ui, slotsPath(state)).catch((error: unknown) => problemIn(ui, error));
  send("slots", { ...asked, answer });
}

/** Goes on from the details, or says what is missing. */
export function check({ state, say, send, focus }: Ui): void {
  const words = { required: say(Phrase.required), email: say(Phrase.emailBad) };
  const faults = Object.entries(faultsOf(state));
  const [first] = faults;
  if (first === undefined) {
    send("next");
    return;
  }
  send("errors", Object.fromEntries(faults.map(([path, fault]) => [path, [words[fault]]])));
  focus(idOf(first[0]));
}

export const applyCoupon = (ui: Ui): Promise<void> =>
  attempt(ui, async () => {
    const { state, say, send } = ui;
    const code = state.form.coupon?.trim();
    if (!state.slot || !code) return;
    const answer = await api.checkCoupon(
      ui,
      code,
      itemsAt(state, state.slot),
      state.form["customer.email"] ?? "",
    );
    if (answer.valid) send("discount", answer.discount ?? "0");
    else send("errors", { coupon: [say(Phrase.couponBad)] });
  });

/** Sends what the review shows: a new booking, or the new time of an old one. */
export const submit = (ui: Ui): Promise<void> =>
  attempt(ui, async () => {
    const { state, emit, send } = ui;
    const { slot, busy, manage } = state;
    if (slot === null || busy) return;
    const waiting = (): void => {
      if (ui.state.busy !== "processing") send("busy", "processing");
    };
    if (manage !== null) {
      send("busy", "sending");
      changed(ui, await api.reschedule(ui, manage, slot.start, waiting), "moved");
      return;
    }
    const body = bookingBody(ui, slot);
    if (!emit("before-submit", { items: body.items }, true)) return;
    send("busy", "sending");
    const booking = await api.book(ui, body, waiting);
    send("booked", booking);
    emit("booked", { ...mentioned(booking), value: booking.total, currency: booking.currency });
  });

export const cancel = (ui: Ui): Promise<void> =>
  attempt(ui, async () => {
    ui.send("busy", "sending");
    changed(ui, await api.cancel(ui, ui.state.manage ?? ""), "canceled");
  });

/** What the page may know of a booking: nothing personal. */
const mentioned = ({ id, items }: Booking): object => ({ id, start: items[0]?.start });

function changed({ send, emit }: Ui, booking: Booking, change: "moved" | "canceled"): void {
  send("managed", { booking, change });
  emit(change === "moved" ? "rescheduled" : change, mentioned(booking));
}
