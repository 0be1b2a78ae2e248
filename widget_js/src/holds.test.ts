import assert from "node:assert/strict";
import { test } from "node:test";
import { pauses } from "./api.ts";
import { leftOf, toKeep, wish } from "./holds.ts";
import { readOptions } from "./options.ts";
import { bookingBody } from "./request.ts";
import { sampleBusiness, sampleSlot } from "./samples.ts";
import { type Happening, type State, begin, reduce } from "./state.ts";
import { formatSeconds } from "./words.ts";

const MINUTE = 60_000;
const slot = sampleSlot("2026-12-02T09:30:00+01:00");
const held = (attributes: Record<string, string> = {}, holds = true): State => {
  const features = { ...sampleBusiness.features, holds };
  const business = { ...sampleBusiness, features };
  const options = readOptions(attributes, "https://a.example/");
  const now = new Date("2026-12-01T10:00:00Z");
  return begin({ business, options, now, zone: "Europe/Berlin" });
};
const after = (state: State, ...actions: Happening[]): State =>
  actions.reduce((before, action) => reduce(before, ...action), state);
const atDetails = (): State =>
  after(held(), ["service", 4], ["employee", null], ["location", 1], ["slot", slot]);

test("a time is kept while the visitor types and reads, and at no other step", () => {
  const kept = [{ service: 4, employee: null, location: 1, start: slot.start, persons: 1, extras: [] }];
  assert.deepEqual(kept, toKeep(atDetails()));
  assert.deepEqual(kept, toKeep(reduce(atDetails(), "next")));
  assert.equal(null, toKeep(reduce(atDetails(), "back")));
});

test("nothing is kept where the business keeps nothing, nor for a booking that is moved", () => {
  const { business } = held({}, false);
  assert.equal(null, toKeep({ ...atDetails(), business }));
  assert.equal(null, toKeep(after(held({ manage: "abc" }), ["move"], ["slot", slot])));
});

test("a hold lasts until its end, and is over then", () => {
  const hold = { key: "k", token: "t", ends: 5 * MINUTE, again: MINUTE };
  assert.deepEqual(
    [5 * MINUTE, 1, 0, 0],
    [0, 5 * MINUTE - 1, 5 * MINUTE, 9 * MINUTE].map((now) => leftOf(hold, now)),
  );
  assert.deepEqual(
    [null, null],
    [null, { key: "k" }].map((none) => leftOf(none, 0)),
  );
});

test("who types gets more time, once a minute, and asks anew when it is over", () => {
  const hold = { key: "k", token: "t", ends: 5 * MINUTE, again: MINUTE };
  const wishes = [0, MINUTE - 1, MINUTE, 4 * MINUTE, 5 * MINUTE].map((now) => wish(hold, now));
  assert.deepEqual([null, null, "PATCH", "PATCH", "POST"], wishes);
  assert.equal(null, wish({ ...hold, again: 6 * MINUTE }, 5 * MINUTE));
});

test("nobody is asked again for what was refused or is on its way", () => {
  assert.equal(null, wish({ key: "k" }, 9 * MINUTE));
});

test("what was given back is asked for by the next key", () => {
  assert.equal("POST", wish({ key: "k", ends: 0 }, MINUTE));
});

test("a booking brings the hold of what it asks for, and no other", () => {
  const state = atDetails();
  const key = JSON.stringify(toKeep(state));
  const holdOf = (hold: State["hold"]): string | null =>
    bookingBody({ state: { ...state, hold }, locale: "en" }, slot).hold;
  assert.equal("t", holdOf({ key, token: "t", ends: 1 }));
  assert.equal(null, holdOf({ key: "another", token: "t", ends: 1 }));
  assert.equal(null, holdOf({ key, ends: 0 }));
  assert.equal(null, holdOf(null));
});

test("the time is shown in minutes and seconds, with the locale's digits", () => {
  assert.deepEqual(
    ["5:00", "4:59", "1:00", "0:09", "0:01"],
    [300_000, 298_100, 59_001, 9000, 1].map((time) => formatSeconds(time, "en")),
  );
  assert.equal("٤:٠٧", formatSeconds(247_000, "ar-EG"));
});

test("an open outcome is looked at with growing pauses for about two minutes", () => {
  const all = [...pauses()];
  assert.deepEqual(
    all,
    all.toSorted((one, other) => one - other),
  );
  assert.deepEqual([1000, 10_000], [all[0], all.at(-1)]);
  const sum = all.reduce((total, pause) => total + pause, 0);
  assert.equal(120, Math.floor(sum / 10_000) * 10);
});
