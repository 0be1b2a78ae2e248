/** What is asked of the server: addresses and bodies, made from the state. Pure. */
import { lastOf } from "./calendar/month.ts";
import { type Day, firstOf } from "./dates.ts";
import { type State, lastDay } from "./state.ts";
import type { BookingRequest, CustomField, ItemRequest, Slot } from "./types.ts";

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

const later = (one: Day, other: Day): Day => (one > other ? one : other);
const earlier = (one: Day, other: Day): Day => (one < other ? one : other);

/** The path of the booking that is managed. */
export const managed = ({ manage }: State): string => `v1/bookings/${encodeURIComponent(manage ?? "")}`;

/** The path and query of the open times of a month, the one in view, within the booking window. */
export function slotsPath(state: State, month = state.month): string {
  const { visit, zone, manage } = state;
  const query = new URLSearchParams(visit.items.map(({ service }) => ["service", String(service)]));
  const extras = visit.items.flatMap((item) => chosenExtras(item.extras));
  const given = {
    employee: visit.employee,
    location: visit.location,
    persons: visit.persons > 1 && visit.persons,
    extras: extras.map(({ id, quantity }) => `${id}:${quantity}`).join(),
    from: later(firstOf(month), state.today),
    to: earlier(lastOf(month), lastDay(state)),
    timezone: zone,
  };
  for (const [name, value] of Object.entries(given)) if (value) query.set(name, String(value));
  return `${manage === null ? "v1" : managed(state)}/slots?${query}`;
}

const chosenExtras = (extras: Readonly<Record<number, number>>): { id: number; quantity: number }[] =>
  Object.entries(extras)
    .map(([id, quantity]) => ({ id: Number(id), quantity }))
    .filter(({ quantity }) => quantity > 0);

/** The items of the visit at a slot; several services have a start each. */
export function itemsAt({ visit }: State, slot: Slot): ItemRequest[] {
  const [only = null, another] = slot.locations;
  const location = visit.location ?? (another ? null : only);
  return visit.items.map(({ service, extras }, index) => ({
    service,
    employee: visit.employee ?? null,
    location,
    start: slot.items?.[index]?.start ?? slot.start,
    persons: visit.persons,
    extras: chosenExtras(extras),
  }));
}

/** The fields the business asks for in this visit. */
export const customFields = ({ business, visit }: Pick<State, "business" | "visit">): CustomField[] =>
  business.custom_fields.filter(
    ({ services }) => services === null || visit.items.some(({ service }) => services.includes(service)),
  );

const typed = (state: State, path: string): string => (state.form[path] ?? "").trim();

/** What was typed under a prefix, without it; nothing empty. */
const typedUnder = (state: State, prefix: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.map((name) => [name, typed(state, `${prefix}.${name}`)] as const).filter(([, text]) => text !== ""),
  );

export function bookingBody({ state, locale }: { state: State; locale: string }, slot: Slot): BookingRequest {
  const { features } = state.business;
  const items = itemsAt(state, slot);
  return {
    items,
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
    hold: (state.hold?.key === JSON.stringify(items) && state.hold.token) || null,
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
