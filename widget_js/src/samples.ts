/** A small business and its open times, for tests. */
import type { Business, Service, Slot, Slots } from "./types.ts";

export function sampleService(id: number, more: Partial<Service> = {}): Service {
  return {
    id,
    name: `Service ${id}`,
    category: null,
    description: null,
    picture: null,
    duration_minutes: 30,
    price: "45.00",
    price_from: null,
    capacity: { min: 1, max: 1, allow_below_min: true },
    employees: [1, 2],
    locations: [1, 2],
    extras: [],
    ...more,
  };
}

export const sampleBusiness: Business = {
  name: "Studio",
  timezone: "Europe/Berlin",
  currency: "EUR",
  services: [
    sampleService(1, {
      extras: [{ id: 7, name: "Wash", duration_minutes: 10, price: "5.00", max_quantity: 2 }],
    }),
    sampleService(2, { price: null, price_from: "80.00", employees: [2], locations: [1] }),
    sampleService(3, { capacity: { min: 2, max: 4, allow_below_min: false } }),
    sampleService(4),
  ],
  employees: [
    { id: 1, name: "Ada", picture: null, locations: [1, 2] },
    { id: 2, name: "Ben", picture: null, locations: [1] },
  ],
  locations: [
    { id: 1, name: "Main street", address: null, timezone: "Europe/Berlin", virtual: false },
    { id: 2, name: "Riverside", address: null, timezone: "Europe/Berlin", virtual: false },
  ],
  custom_fields: [{ id: 12, label: "Allergies", type: "text", required: true, options: null, services: [1] }],
  policies: { booking_window_days: 90 },
  features: { coupons: true, holds: false, challenge: false, several_services: true, consent_text: null },
};

export const sampleSlot = (start: string): Slot => ({
  start,
  end: start,
  employees: [1],
  locations: [1],
  places_left: 1,
});

export const sampleSlots = (days: Record<string, Slot[]>, next: string | null = null): Slots => ({
  as_of: "2026-12-01T08:00:00Z",
  stale: false,
  days: Object.entries(days).map(([date, slots]) => ({ date, slots })),
  next_available: next,
});
