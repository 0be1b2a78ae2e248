/** A booking that was made: see it, move it, cancel it. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { cancel } from "../acts.ts";
import { Phrase } from "../i18n/keys.ts";
import type { Booking } from "../types.ts";
import type { Ui, View } from "../ui.ts";
import { bookingCard, seal, stands } from "./done.ts";
import { actions, bones, button, note, problemBox } from "./parts.ts";

const open = (until: string | null): boolean => until === null || Date.parse(until) > Date.now();

/** Cancelling is asked for twice. */
function sure(ui: Ui, booking: Booking): TemplateResult {
  const { say, send, state } = ui;
  const idle = state.busy !== "";
  const keep = (): void => send("managed", { booking, change: "" });
  return html`<p role="alert"><b>${say(Phrase.cancelSure)}</b></p>
    ${actions(
      button("secondary", say(Phrase.keep), keep, { idle }),
      button("primary danger", say(Phrase.cancel), () => cancel(ui), { idle }),
    )}`;
}

function ways(ui: Ui, booking: Booking): View {
  const { say, send, state } = ui;
  if (!stands(booking)) return nothing;
  if (state.change === "canceling") return sure(ui, booking);
  const move = (): void => send("move");
  const ask = (): void => send("managed", { booking, change: "canceling" });
  const cancelable = open(booking.can_cancel_until);
  const movable = open(booking.can_reschedule_until);
  return html`${cancelable || movable ? nothing : note(say(Phrase.tooLate))}
  ${actions(
    cancelable ? button("secondary", say(Phrase.cancel), ask) : nothing,
    movable ? button("primary", say(Phrase.reschedule), move) : nothing,
  )}`;
}

export function manageStep(ui: Ui): TemplateResult {
  const { problem, booking, change } = ui.state;
  const retry = (): void => ui.send("busy", "");
  if (!booking) return problem ? problemBox(ui, problem, retry) : bones(3);
  return html`${problem ? problemBox(ui, problem) : nothing}${change === "moved" ? seal("check") : nothing}
  ${bookingCard(ui, booking)}${ways(ui, booking)}`;
}
