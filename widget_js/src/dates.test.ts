import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addDays, addToMonth, dayIn, dayWithin, formatMinutes, hourIn, monthOf } from "./dates.ts";
import { addMonths } from "./calendar/keys.ts";
import { lastOf, weekdayOf } from "./calendar/month.ts";
import { firstWeekday, formatDay, sameClock, zoneName } from "./words.ts";

const day = fc
  .date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

test("days are added over the ends of months and years", () => {
  assert.equal("2027-01-01", addDays("2026-12-31", 1));
  assert.equal("2024-02-29", addDays("2024-03-01", -1));
});

test("only a day that there is, within the bounds, is taken from an address", () => {
  const within = (text: string): string | null => dayWithin(text, "2026-12-01", "2027-02-28");
  assert.deepEqual(["2026-12-01", "2027-02-28"], ["2026-12-01", "2027-02-28"].map(within));
  const wrong = [
    "2026-11-30",
    "2027-03-01",
    "9999-12-31",
    "2026-99-99",
    "2027-02-29",
    "12/24/2026",
    "",
    "soon",
  ];
  assert.deepEqual(
    [...wrong].fill(""),
    wrong.map((text) => within(text) ?? ""),
  );
});

test("no change of clocks shifts a day", () => {
  assert.equal("2026-03-30", addDays("2026-03-29", 1));
  assert.equal("2026-10-26", addDays("2026-10-25", 1));
});

test("adding days and taking them away leads back", () => {
  fc.assert(
    fc.property(
      day,
      fc.integer({ min: -4000, max: 4000 }),
      (start, count) => addDays(addDays(start, count), -count) === start,
    ),
  );
});

test("months are added and the day is clamped to the month's length", () => {
  assert.equal("2026-02-28", addMonths("2026-01-31", 1));
  assert.equal("2025-12-15", addMonths("2026-12-15", -12));
});

test("a month later is in the next month, whatever the day", () => {
  fc.assert(fc.property(day, (start) => monthOf(addMonths(start, 1)) === addToMonth(monthOf(start), 1)));
});

test("a month ends the day before the next begins", () => {
  assert.equal("2026-12-31", lastOf("2026-12"));
  assert.equal("2028-02-29", lastOf("2028-02"));
});

test("weeks count from Monday, 1, to Sunday, 7", () => {
  assert.equal(2, weekdayOf("2026-12-01"));
  assert.equal(7, weekdayOf("2026-12-06"));
});

test("an instant has its own day and hour in each zone", () => {
  const instant = new Date("2026-12-01T23:30:00Z");
  assert.deepEqual(["2026-12-01", 23], [dayIn(instant, "UTC"), hourIn(instant, "UTC")]);
  assert.deepEqual(["2026-12-02", 5], [dayIn(instant, "Asia/Kolkata"), hourIn(instant, "Asia/Calcutta")]);
  assert.deepEqual(
    ["2026-12-01", 15],
    [dayIn(instant, "America/Los_Angeles"), hourIn(instant, "America/Los_Angeles")],
  );
  assert.deepEqual(
    ["2026-12-02", 10],
    [dayIn(instant, "Australia/Lord_Howe"), hourIn(instant, "Australia/Lord_Howe")],
  );
});

test("midnight is hour 0 of the new day", () => {
  const instant = new Date("2026-12-01T23:00:00Z");
  assert.deepEqual(["2026-12-02", 0], [dayIn(instant, "Europe/Berlin"), hourIn(instant, "Europe/Berlin")]);
});

test("days are shown as they are, wherever the visitor sits", () => {
  assert.equal("Tuesday", formatDay("2026-12-01", "en", { weekday: "long" }));
  assert.equal("1. Dezember", formatDay("2026-12-01", "de", { day: "numeric", month: "long" }));
});

test("the grid is Gregorian, also where another calendar is usual", () => {
  assert.equal("2026", formatDay("2026-12-01", "th-u-nu-latn", { year: "numeric" }).replace(/\D/g, ""));
});

test("zones are compared by the clock they show", () => {
  const winter = new Date("2026-12-01T12:00:00Z");
  assert.equal(true, sameClock("Europe/Berlin", "Europe/Paris", winter));
  assert.equal(false, sameClock("Europe/Berlin", "Europe/London", winter));
});

test("zones have names in words", () => {
  assert.equal("Pacific Time", zoneName("America/Los_Angeles", "en"));
  assert.equal("Central European Time", zoneName("Europe/Berlin", "en"));
});

test("weeks begin as the locale has it", () => {
  assert.deepEqual([7, 1], [firstWeekday("en-US"), firstWeekday("de-DE")]);
});

test("durations are hours and minutes", () => {
  assert.deepEqual(
    ["30 min", "1 hr", "1 hr 30 min", "0 min"],
    [30, 60, 90, 0].map((minutes) => formatMinutes(minutes, "en")),
  );
});
