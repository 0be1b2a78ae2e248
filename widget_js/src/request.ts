/** What is asked of the server: addresses and bodies, made from the state. Pure. */
import { firstOf, lastOf } from "./dates.ts";
import { customFields } from "./choices.ts";
import { type State, lastDay } from "./state.ts";
import type { BookingRequest, ItemRequest, Slot } from "./types.ts";

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** The path and query of the open times of the month in view, within the booking window. */
export function slotsPath(state: State): string {
  const { visit, zone, manage, month } = state;
  const query = new URLSearchParams();
  if (manage === null) {
    for (const { service } of visit.items) query.append("service", String(service));
    if (visit.employee != null) query.set("employee", String(visit.employee));
    if (visit.employee != null && visit.items.length > 1) query.set("same_employee", "true");
    if (visit.location !== null) query.set("location", String(visit.location));
    if (visit.persons > 1) query.set("persons", String(visit.persons));
    const extras = visit.items.flatMap(({ extras }) => chosenExtras(extras));
    if (extras.length > 0) query.set("extras", extras.map(({ id, quantity }) => `${id}:${quantity}`).join());
  }
  const [first, last, limit] = [firstOf(month), lastOf(month), lastDay(state)];
  query.set("from", first < state.today ? state.today : first);
  query.set("to", last > limit ? limit : last);
  query.set("timezone", zone);
  return `v1/${manage === null ? "" : `bookings/${encodeURIComponent(manage)}/`}slots?${query}`;
}

const chosenExtras = (extras: Readonly<Record<number, number>>): { id: number; quantity: number }[] =>
  Object.entries(extras)
    .map(([id, quantity]) => ({ id: Number(id), quantity }))
    .filter(({ quantity }) => quantity > 0);

/** The items of the visit at a slot; several services have a start each. */
export function itemsAt({ visit }: State, slot: Slot): ItemRequest[] {
  const location = visit.location ?? (slot.locations.length === 1 ? (slot.locations[0] ?? null) : null);
  return visit.items.map(({ service, extras }, index) => ({
    service,
    employee: visit.employee ?? null,
    location,
    start: slot.items?.[index]?.start ?? slot.start,
    persons: visit.persons,
    extras: chosenExtras(extras),
  }));
}

const typed = (state: State, path: string): string => (state.form[path] ?? "").trim();

/** What was typed under a prefix, without it; nothing empty. */
const typedUnder = (state: State, prefix: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.map((name) => [name, typed(state, `${prefix}.${name}`)] as const).filter(([, text]) => text !== ""),
  );

export function bookingBody({ state, locale }: { state: State; locale: string }, slot: Slot): BookingRequest {
  const { features } = state.business;
  return {
    items: itemsAt(state, slot),
    customer: typedUnder(state, "customer", ["first_name", "last_name", "email", "phone"]),
    custom_fields: typedUnder(
      state,
      "custom_fields",
      customFields(state).map(({ id }) => String(id)),
    ),
    note: typed(state, "note"),
    coupon: (features.coupons && typed(state, "coupon")) || null,
    consent: features.consent_text === null ? null : typed(state, "consent") === "true",
    timezone: state.zone,
    locale,
    hold: null,
  };
}

export type Fault = "required" | "email";

/** What the visitor must mend before the server is asked, by field. */
export function faultsOf(state: State): Record<string, Fault> {
  const required = ["customer.first_name", "customer.last_name", "customer.email"];
  for (const { id, required: asked } of customFields(state)) if (asked) required.push(`custom_fields.${id}`);
  if (state.business.features.consent_text !== null) required.push("consent");
  const faults: Record<string, Fault> = {};
  for (const path of required) if (typed(state, path) === "") faults[path] = "required";
  const email = typed(state, "customer.email");
  if (email !== "" && !MAIL.test(email)) faults["customer.email"] = "email";
  return faults;
}
