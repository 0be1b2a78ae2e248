import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatPrice, isZero } from "./prices.ts";
import { sampleBusiness } from "./samples.ts";
import type { Item, Visit } from "./state.ts";
import { sum, total } from "./totals.ts";

const visit = (persons: number, items: Item[]): Visit => ({ items, persons, employee: null, location: null });
const cents = fc.integer({ min: 0, max: 10_000_000 });
const amount = (value: number): string => (value / 100).toFixed(2);

test("sums are exact", () => {
  assert.equal(
    "0.3",
    sum([
      ["0.10", 1],
      ["0.20", 1],
    ]),
  );
  fc.assert(
    fc.property(
      cents,
      cents,
      (one, other) =>
        sum([
          [amount(one), 1],
          [amount(other), 1],
        ]) === String((one + other) / 100),
    ),
  );
});

test("a discount is taken off", () => {
  assert.equal(
    "35",
    sum([
      ["45.00", 1],
      ["10", -1],
    ]),
  );
  assert.equal(
    "-5",
    sum([
      ["5.00", 1],
      ["10.00", -1],
    ]),
  );
});

test("cents are shown only where there are any", () => {
  assert.equal("€45", formatPrice("45.00", "EUR", "en"));
  assert.equal("€45.50", formatPrice("45.5000", "EUR", "en"));
  assert.equal("45,50\u00a0€", formatPrice("45.50", "EUR", "de"));
  assert.equal("¥4,500", formatPrice("4500.00", "JPY", "en"));
});

test("nothing is free but zero", () => {
  assert.deepEqual([true, true, false], ["0.00", "0", "0.0001"].map(isZero));
});

test("a visit costs its services for each person and its extras once", () => {
  assert.equal("100", total(sampleBusiness, visit(2, [{ service: 1, extras: { 7: 2 } }]), null));
});

test("one unknown price makes the whole unknown", () => {
  const items = [
    { service: 1, extras: {} },
    { service: 2, extras: {} },
  ];
  assert.equal(null, total(sampleBusiness, visit(1, items), null));
});

test("a discount is taken off the whole", () => {
  assert.equal("35", total(sampleBusiness, visit(1, [{ service: 1, extras: {} }]), "10.00"));
});

test("an employee's own price counts, and with anyone the lowest", () => {
  const [service, ...others] = sampleBusiness.services;
  assert.ok(service);
  const priced = { ...service, price: "45.00", price_from: "38.00", prices: { 4: "38.00", 5: "52.00" } };
  const business = { ...sampleBusiness, services: [priced, ...others] };
  const costs = (employee: number | null): string | null =>
    total(business, { ...visit(2, [{ service: service.id, extras: {} }]), employee }, null);
  assert.deepEqual(["76", "104", "90", "76"], [4, 5, 6, null].map(costs));
});
