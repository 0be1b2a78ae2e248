/** It is booked: what, when and where, for the calendar, and the way to change it. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { Booking, CalendarLinks } from "../types.ts";
import type { Ui, View } from "../ui.ts";
import { bookingFacts, factList } from "./facts.ts";
import { actions, button, waitingBox } from "./parts.ts";

const link = (address: string, text: string, part = "calendar-link"): TemplateResult =>
  html`<a class="secondary" part=${part} href=${address} target="_blank" rel="noreferrer">${text}</a>`;

const calendars = ({ say }: Ui, { google, outlook }: CalendarLinks, file: string): TemplateResult =>
  html`<h3>${say(Phrase.addToCalendar)}</h3>
    <p class="links">
      ${link(google, "Google")}${link(outlook, "Outlook")}${link(file, say(Phrase.calendarFile))}
    </p>`;

/** Neither over nor taken back; a pending one has yet to be confirmed. */
export const stands = ({ status }: Booking): boolean => status === "approved" || status === "pending";

/** A booking with its calendar links, while it stands. */
export function bookingCard(ui: Ui, booking: Booking): TemplateResult {
  const { status, add_to_calendar: links, ics_url: file } = booking;
  return html`${status === "pending" ? waitingBox(ui.say(Phrase.pendingHint)) : nothing}
  ${factList(ui, bookingFacts(ui, booking))}
  ${links && stands(booking) ? calendars(ui, links, file) : nothing}`;
}

export const seal = (name: "check" | "calendar"): TemplateResult =>
  html`<div class="seal">${icon(name)}</div>`;

export function doneStep(ui: Ui): View {
  const { say, send } = ui;
  const { booking } = ui.state;
  if (!booking) return nothing;
  return html`${seal(booking.status === "pending" ? "calendar" : "check")}${bookingCard(ui, booking)}
  ${actions(
    button("link", say(Phrase.again), () => send("restart")),
    link(booking.manage_url, say(Phrase.manage), "manage"),
  )}`;
}
