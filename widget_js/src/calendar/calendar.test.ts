import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addDays, firstOf, monthOf } from "../dates.ts";
import { dayAfterKey } from "./keys.ts";
import { lastOf, weekdays, weeksOf } from "./month.ts";

const grid = { rtl: false, firstWeekday: 1, min: "2026-01-01", max: "2027-12-31" };
const press = (key: string, shiftKey = false) => ({ key, shiftKey });
const from = "2026-12-16"; // a Wednesday

const table: [key: string, shift: boolean, expected: string][] = [
  ["ArrowRight", false, "2026-12-17"],
  ["ArrowLeft", false, "2026-12-15"],
  ["ArrowUp", false, "2026-12-09"],
  ["ArrowDown", false, "2026-12-23"],
  ["Home", false, "2026-12-14"],
  ["End", false, "2026-12-20"],
  ["PageUp", false, "2026-11-16"],
  ["PageDown", false, "2027-01-16"],
  ["PageUp", true, "2026-01-01"],
  ["PageDown", true, "2027-12-16"],
];
for (const [key, shift, expected] of table)
  test(`${shift ? "Shift+" : ""}${key}`, () => {
    assert.equal(expected, dayAfterKey(from, press(key, shift), grid));
  });

test("left and right are mirrored from right to left", () => {
  assert.equal("2026-12-15", dayAfterKey(from, press("ArrowRight"), { ...grid, rtl: true }));
});

test("Home and End follow the locale's week", () => {
  assert.equal("2026-12-13", dayAfterKey(from, press("Home"), { ...grid, firstWeekday: 7 }));
  assert.equal("2026-12-19", dayAfterKey(from, press("End"), { ...grid, firstWeekday: 7 }));
});

test("other keys mean nothing", () => {
  assert.equal(null, dayAfterKey(from, press("a"), grid));
});

const day = fc.integer({ min: 0, max: 729 }).map((count) => addDays("2026-01-01", count));
const keys = fc.constantFrom(...table.map(([key]) => key));

test("no key leaves the bounds", () => {
  fc.assert(
    fc.property(day, keys, fc.boolean(), fc.boolean(), (start, key, shiftKey, rtl) => {
      const target = dayAfterKey(start, { key, shiftKey }, { ...grid, rtl }) ?? "";
      return target >= grid.min && target <= grid.max;
    }),
  );
});

test("an arrow and its opposite lead back, within the bounds", () => {
  const pairs = fc.constantFrom(["ArrowLeft", "ArrowRight"], ["ArrowUp", "ArrowDown"]);
  const inner = fc.integer({ min: 10, max: 700 }).map((count) => addDays("2026-01-01", count));
  fc.assert(
    fc.property(inner, pairs, fc.boolean(), (start, [there = "", back = ""], rtl) => {
      const away = dayAfterKey(start, press(there), { ...grid, rtl }) ?? "";
      return dayAfterKey(away, press(back), { ...grid, rtl }) === start;
    }),
  );
});

test("a month's weeks hold each of its days once, in order, in rows of seven", () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 7 }), (any, firstWeekday) => {
      const month = monthOf(any);
      const weeks = weeksOf(month, firstWeekday);
      const days = weeks.flat().filter((each) => each !== null);
      assert.equal(
        true,
        weeks.every((week) => week.length === 7),
      );
      assert.deepEqual([firstOf(month), lastOf(month)], [days[0], days.at(-1)]);
      assert.deepEqual([...days].sort(), days);
      assert.equal(new Set(days).size, days.length);
    }),
  );
});

test("December 2026 begins on a Tuesday", () => {
  assert.deepEqual([null, "2026-12-01"], weeksOf("2026-12", 1)[0]?.slice(0, 2));
  assert.deepEqual([null, null, "2026-12-01"], weeksOf("2026-12", 7)[0]?.slice(0, 3));
});

test("the columns are the seven weekdays from the first", () => {
  assert.deepEqual(["2024-01-07", "2024-01-13"], [weekdays(7)[0], weekdays(7)[6]]);
});
