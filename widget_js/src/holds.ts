/**
 * Keeping the chosen time while the visitor types. A courtesy: whatever becomes of it, the time can be booked as
 * long as it is free, and nobody is kept from going on.
 */
import { type Answer, isProblem } from "./answer.ts";
import { post } from "./api.ts";
import { solve } from "./attempt.ts";
import { itemsAt } from "./request.ts";
import type { State } from "./state.ts";
import type { Held, Hold, ItemRequest, Problem } from "./types.ts";
import type { Ui } from "./ui.ts";

export const MINUTE = 60_000;
/** With more than this left, typing asks for nothing. */
const ENOUGH = 4 * MINUTE;

/** What is to be kept at the step in view; null where nothing is typed, or where nothing is kept. */
export function toKeep(state: State): ItemRequest[] | null {
  const { step, manage, slot, business } = state;
  const typing = step === "details" || step === "review";
  return slot && typing && manage === null && business.features.holds ? itemsAt(state, slot) : null;
}

/** The milliseconds a hold still lasts, 0 when it is over; null when there is none. */
export const leftOf = (hold: Hold | null, now: number): number | null =>
  hold?.ends === undefined ? null : Math.max(0, hold.ends - now);

/** What a visitor who types makes of a hold: it is extended, or asked for anew once it is over. */
export function wish({ ends = Infinity, again = 0 }: Hold, now: number): "PATCH" | "POST" | null {
  if (now < again || ends - now > ENOUGH) return null;
  return now < ends ? "PATCH" : "POST";
}

const drop = (ui: Ui, token = ""): unknown => token && post(ui, `v1/holds/${token}`, {}, "DELETE");

/** Takes over what the server keeps; what is no longer wanted by now is given back. Returns a refusal. */
async function receive(ui: Ui, key: string, asked: Promise<Answer<Held>>): Promise<Problem | null> {
  const held = await asked;
  const wanted = ui.state.hold?.key === key;
  if (isProblem(held)) return wanted ? held : null;
  const { token, seconds_left: left } = held;
  const now = Date.now();
  if (wanted) ui.send("hold", { key, token, ends: now + left * 1000, again: now + MINUTE });
  else await drop(ui, token);
  return null;
}

/** Keeps `items` instead of what was kept before, one after the other: nobody is to stand in their own way. */
async function keep(ui: Ui, items: ItemRequest[] | null, key: string): Promise<void> {
  const { holding } = ui;
  const before = ui.state.hold?.token;
  ui.send("hold", items && { key });
  await holding;
  await drop(ui, before);
  if (!items) return;
  const refusal = await receive(ui, key, post(ui, "v1/holds", { items }));
  // Better told now than after everything has been typed.
  if (refusal?.code === "slot_taken") ui.send("refused", refusal);
}

/** Keeps what the step in view is about and nothing else, and shows how the time passes. */
export function syncHold(ui: Ui): void {
  const { hold, business } = ui.state;
  const items = toKeep(ui.state);
  if (items && business.features.challenge) ui.solution ??= solve(ui);
  const key = items ? JSON.stringify(items) : "";
  clearTimeout(ui.timer);
  if (key !== (hold?.key ?? "")) {
    ui.holding = keep(ui, items, key);
    return;
  }
  const left = leftOf(hold, Date.now());
  if (left) ui.timer = setTimeout(ui.draw, (left % 1000) + 9);
}

/** The visitor is typing. Whatever the server says to it, nobody is disturbed. */
export function keepLonger(ui: Ui): void {
  const { hold } = ui.state;
  const method = hold && wish(hold, Date.now());
  if (!method) return;
  const { key, token } = hold;
  ui.send("hold", { ...hold, again: Date.now() + MINUTE });
  const [path, body] =
    method === "PATCH" ? [`v1/holds/${token}`, {}] : ["v1/holds", { items: toKeep(ui.state) }];
  ui.holding = receive(ui, key, post(ui, path, body, method));
}

/** The visitor leaves the page, or the widget does. Who comes back goes on, and typing asks for it anew. */
export function giveBack(ui: Ui): void {
  const { hold } = ui.state;
  if (!hold?.token) return;
  ui.send("hold", { key: hold.key, ends: 0 });
  drop(ui, hold.token);
}
