/** A booking that was made: see it, move it, cancel it. */
import { html, nothing } from "lit/html.js";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { Booking } from "../types.ts";
import type { Ui, View } from "../ui.ts";
import { alertBox } from "./alert.ts";
import { bookingCard } from "./done.ts";

const button = (kind: string, label: string, press: () => void): View =>
  html`<button type="button" class=${kind} @click=${press}>${label}</button>`;

function actions(ui: Ui, booking: Booking): View {
  const { state, say, send, act } = ui;
  const open = (until: string | null): boolean => until === null || Date.parse(until) > Date.now();
  if (state.change === "canceling")
    return html`<p role="alert">
        <b>${say(Phrase.cancelSure)}</b>
      </p>
      <div class="actions">
        ${button("secondary", say(Phrase.keep), () => {
          send({ type: "managed", value: booking, change: "" });
        })}
        ${button("primary danger", say(Phrase.cancel), act.cancel)}
      </div>`;
  if (booking.status === "canceled") return nothing;
  const [movable, cancelable] = [open(booking.can_reschedule_until), open(booking.can_cancel_until)];
  return html`${movable || cancelable ? nothing : html`<p class="note">${say(Phrase.tooLate)}</p>`}
    <div class="actions">
      ${
        cancelable
          ? button("secondary", say(Phrase.cancel), () => {
              send({ type: "managed", value: booking, change: "canceling" });
            })
          : nothing
      }
      ${
        movable
          ? button("primary", say(Phrase.reschedule), () => {
              send({ type: "move" });
            })
          : nothing
      }
    </div>`;
}

export function manageStep(ui: Ui): View {
  const { state } = ui;
  if (state.problem !== null && state.booking === null) return alertBox(ui, state.problem, ui.act.retry);
  if (state.booking === null) return html`<div class="bones"><span class="bone"></span></div>`;
  return html`${state.problem === null ? nothing : alertBox(ui, state.problem)}
  ${state.change === "moved" ? html`<div class="seal">${icon("check")}</div>` : nothing}
  ${bookingCard(ui, state.booking)}${actions(ui, state.booking)}`;
}
