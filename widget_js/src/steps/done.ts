/** It is booked: what, when and where, for the calendar, and the way to change it. */
import { html, nothing } from "lit/html.js";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { Booking } from "../types.ts";
import type { Ui, View } from "../ui.ts";
import { bookingFacts, factList } from "./facts.ts";

const calendars = ({ say }: Ui, { add_to_calendar: links, ics_url: file }: Booking): View =>
  html`<h3>${say(Phrase.addToCalendar)}</h3>
    <p class="links" part="calendar-links">
      <a class="secondary" href=${links.google} target="_blank" rel="noopener noreferrer">Google</a>
      <a class="secondary" href=${links.outlook} target="_blank" rel="noopener noreferrer">Outlook</a>
      <a class="secondary" href=${file}>${say(Phrase.calendarFile)}</a>
    </p>`;

/** A booking with its calendar links. */
export const bookingCard = (ui: Ui, booking: Booking): View =>
  html`${factList(ui, bookingFacts(ui, booking))}
  ${booking.status === "canceled" ? nothing : calendars(ui, booking)}`;

export function doneStep(ui: Ui): View {
  const { state, say, send } = ui;
  const { booking } = state;
  if (booking === null) return nothing;
  return html`<div class="seal">${icon(booking.status === "pending" ? "calendar" : "check")}</div>
    ${booking.status === "pending" ? html`<p class="lead">${say(Phrase.pendingHint)}</p>` : nothing}
    ${bookingCard(ui, booking)}
    <div class="actions">
      <button
        type="button"
        class="link"
        @click=${() => {
          send({ type: "restart" });
        }}
      >
        ${say(Phrase.again)}
      </button>
      <a class="secondary" part="manage" href=${booking.manage_url} target="_blank" rel="noopener noreferrer"
        >${say(Phrase.manage)}</a
      >
    </div>`;
}
