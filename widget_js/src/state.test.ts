import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stepsOf } from "./choices.ts";
import { readOptions } from "./options.ts";
import { bookingBody, faultsOf, slotsPath } from "./request.ts";
import { sampleBusiness, sampleSlot, sampleSlots } from "./samples.ts";
import { slotsOfDay } from "./open-times.ts";
import { type Happening, type State, begin, reduce, slotsKey } from "./state.ts";
import type { Booking, Business, Problem } from "./types.ts";

const NOW = new Date("2026-12-01T10:00:00Z");
const start = (
  attributes: Record<string, string> = {},
  business: Business = sampleBusiness,
  address = "https://a.example/",
): State => begin({ business, options: readOptions(attributes, address), now: NOW, zone: "Europe/Berlin" });
const after = (state: State, ...actions: Happening[]): State =>
  actions.reduce((before, action) => reduce(before, ...action), state);

const atTime = (): State => after(start(), ["service", 4], ["employee", null], ["location", 1]);
const slot = sampleSlot("2026-12-02T09:30:00+01:00");
const slots = (state: State, month: string, answer: ReturnType<typeof sampleSlots>): Happening => [
  "slots",
  { key: slotsKey(state), month, answer },
];
const filled = (): State => {
  const state = after(atTime(), slots(atTime(), "2026-12", sampleSlots({ "2026-12-02": [slot] })), [
    "slot",
    slot,
  ]);
  return after(
    state,
    ["field", { path: "customer.first_name", text: " Mia " }],
    ["field", { path: "customer.last_name", text: "Keller" }],
    ["field", { path: "customer.email", text: "mia@example.org" }],
  );
};
const problem = (code: string, more: Partial<Problem> = {}): Problem => ({
  code,
  detail: "",
  errors: {},
  alternatives: [],
  ...more,
});

test("the flow begins with the service", () => {
  assert.equal("service", start().step);
});

test("each choice leads to the next step", () => {
  const seen = [start()];
  const actions: Happening[] = [
    ["service", 1],
    ["next"],
    ["employee", 1],
    ["location", 2],
    ["slot", slot],
    ["next"],
  ];
  for (const action of actions) seen.push(reduce(seen.at(-1) ?? start(), ...action));
  assert.deepEqual(
    ["service", "options", "employee", "location", "time", "details", "review"],
    seen.map(({ step }) => step),
  );
});

test("steps with one choice are skipped and the choice is made", () => {
  const state = reduce(start(), "service", 2);
  assert.equal("time", state.step);
  assert.deepEqual([2, 1], [state.visit.employee, state.visit.location]);
});

test("a given service is chosen, and can be changed", () => {
  const state = start({ service: "4" });
  assert.equal("employee", state.step);
  assert.equal("service", reduce(state, "back").step);
});

test("a locked choice is not shown", () => {
  const state = start({ service: "4", employee: "any", locked: "service employee" });
  assert.deepEqual(["location", "time", "details", "review"], stepsOf(state));
});

test("the address chooses too, but not what is locked", () => {
  assert.equal("employee", start({}, sampleBusiness, "https://a.example/?bw-service=4").step);
  const locked = start(
    { service: "2", locked: "service" },
    sampleBusiness,
    "https://a.example/?bw-service=4",
  );
  assert.deepEqual([{ service: 2, extras: {} }], locked.visit.items);
});

test("an employee who does not do the new service is forgotten", () => {
  const state = after(start(), ["service", 4], ["employee", 1], ["go", "service"]);
  assert.equal(2, reduce(state, "service", 2).visit.employee);
});

test("persons stay within the capacity", () => {
  const state = reduce(start(), "service", 3);
  assert.equal(2, state.visit.persons);
  assert.equal(4, reduce(state, "persons", 9).visit.persons);
  const asked = ["1.5", "2.9", "two", "-3"].map((persons) => start({ service: "3", persons }).visit.persons);
  assert.deepEqual([2, 2, 2, 2], asked);
});

test("the first open day is found", () => {
  const state = after(atTime(), slots(atTime(), "2026-12", sampleSlots({ "2026-12-02": [slot] })));
  assert.equal("2026-12-02", state.day);
  assert.deepEqual([slot], slotsOfDay(state));
});

test("an empty month leads to the next with open times", () => {
  const state = after(atTime(), slots(atTime(), "2026-12", sampleSlots({}, "2027-02-03T09:00:00+01:00")));
  assert.equal("2027-02", state.month);
});

test("who has leafed is not led elsewhere", () => {
  const leafed = after(atTime(), ["leaf", "2027-01"]);
  const state = after(leafed, slots(leafed, "2027-01", sampleSlots({}, "2027-02-03T09:00:00+01:00")));
  assert.equal("2027-01", state.month);
});

test("an answer to another question is dropped", () => {
  const old = atTime();
  const moved = reduce(old, "zone", "Asia/Tokyo");
  assert.deepEqual({}, reduce(moved, ...slots(old, "2026-12", sampleSlots({ "2026-12-02": [slot] }))).slots);
});

test("going back and choosing the same keeps time and details", () => {
  const state = after(filled(), ["go", "employee"], ["employee", null]);
  assert.deepEqual(slot, state.slot);
  assert.equal("Keller", state.form["customer.last_name"]);
});

test("choosing anew drops the time and keeps what was typed", () => {
  const state = after(filled(), ["go", "employee"], ["employee", 1]);
  assert.equal(null, state.slot);
  assert.equal("Keller", state.form["customer.last_name"]);
});

test("a lost time leads back to the times with the alternatives, and on to the review", () => {
  const review = after(filled(), ["next"], ["busy", "sending"]);
  const other = sampleSlot("2026-12-02T10:00:00+01:00");
  const lost = reduce(review, "refused", problem("slot_taken", { alternatives: [other] }));
  assert.deepEqual(["time", [other], ""], [lost.step, lost.lost, lost.busy]);
  assert.equal("Keller", lost.form["customer.last_name"]);
  assert.equal("review", reduce(lost, "slot", other).step);
});

test("of a link to a booking that never came about there is nothing to choose anew", () => {
  const state = reduce(start({ manage: "abc" }), "refused", problem("slot_taken"));
  assert.deepEqual(["manage", "slot_taken"], [state.step, state.problem?.code]);
});

test("a booking that is made needs no hold any more", () => {
  const booking: Booking = {
    id: "b",
    status: "pending",
    items: [],
    total: null,
    discount: null,
    currency: "EUR",
    can_cancel_until: null,
    can_reschedule_until: null,
    manage_url: "",
    ics_url: "",
  };
  const made = after(filled(), ["hold", { key: "k", token: "t", ends: 1 }], ["booked", booking]);
  assert.deepEqual(["done", null], [made.step, made.hold]);
});

test("a wrong field leads back to the form", () => {
  const errors = { "customer.email": ["Not a valid e-mail address."] };
  const state = reduce(filled(), "refused", problem("invalid_input", { errors }));
  assert.deepEqual(["details", errors], [state.step, state.errors]);
});

test("a failure stays where it is and can be tried again", () => {
  const state = after(filled(), ["next"], ["busy", "sending"], ["refused", problem("offline")]);
  assert.deepEqual(["review", "offline", ""], [state.step, state.problem?.code, state.busy]);
});

test("mending a field takes its error away", () => {
  const state = after(filled(), ["errors", { "customer.email": ["?"] }]);
  assert.deepEqual({}, reduce(state, "field", { path: "customer.email", text: "a@b.cd" }).errors);
});

test("what is missing is named by field", () => {
  assert.deepEqual({}, faultsOf(filled()));
  assert.deepEqual(
    { "customer.first_name": "required", "customer.last_name": "required", "customer.email": "email" },
    faultsOf(after(atTime(), ["field", { path: "customer.email", text: "mia" }])),
  );
  assert.equal("required", faultsOf(reduce(start(), "service", 1))["custom_fields.12"]);
});

test("the booking is asked for as the API has it", () => {
  const body = bookingBody({ state: filled(), locale: "de" }, slot);
  assert.deepEqual(
    [{ service: 4, employee: null, location: 1, start: slot.start, persons: 1, extras: [] }],
    body.items,
  );
  assert.deepEqual({ first_name: "Mia", last_name: "Keller", email: "mia@example.org" }, body.customer);
});

test("several services are asked for together and start one after the other", () => {
  const two = after(atTime(), ["add"], ["service", 2]);
  assert.deepEqual(["service=4&service=2", true], [slotsPath(two).slice(9, 28), two.step !== "service"]);
  const items = ["09:30", "10:00"].map((time) => ({
    service: 4,
    start: `2026-12-02T${time}:00+01:00`,
    end: "",
    employees: [2],
  }));
  const starts = bookingBody({ state: two, locale: "en" }, { ...slot, items }).items.map(({ start: at }) =>
    at.slice(11, 16),
  );
  assert.deepEqual(["09:30", "10:00"], starts);
});

test("times are asked for from today to the end of the booking window", () => {
  assert.match(slotsPath(atTime()), /from=2026-12-01&to=2026-12-31&timezone=Europe%2FBerlin$/);
  assert.match(slotsPath(reduce(atTime(), "leaf", "2027-03")), /from=2027-03-01&to=2027-03-01/);
});

test("a booking is managed by its token", () => {
  const state = start({ manage: "abc" });
  assert.equal("manage", state.step);
  assert.match(slotsPath(reduce(state, "move")), /^v1\/bookings\/abc\/slots\?from=/);
  assert.equal("service", start({ manage: "" }).step);
});

const number = fc.integer({ min: 1, max: 5 });
const action = fc.oneof(
  fc.tuple(fc.constantFrom("service", "location", "persons"), number),
  fc.tuple(fc.constant("employee"), fc.constantFrom(null, 1, 2)),
  fc.tuple(fc.constantFrom("next", "back", "add", "pick")),
  fc.tuple(fc.constant("field"), fc.record({ path: fc.constant("note"), text: fc.string() })),
  fc.constant(["slot", slot]),
  fc.tuple(
    fc.constant("refused"),
    fc.constantFrom("slot_taken", "offline").map((code) => problem(code)),
  ),
) as fc.Arbitrary<Happening>;

test("whatever happens, the step is one of the visit's and the last note typed stands", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const state = after(start(), ...actions);
      const typed = actions.filter(([event]) => event === "field").at(-1)?.[1] as
        { text: string } | undefined;
      assert.equal(typed?.text ?? "", state.form.note ?? "");
      assert.equal(true, stepsOf(state).includes(state.step));
    }),
  );
});
