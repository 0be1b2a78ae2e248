import assert from "node:assert/strict";
import { test } from "node:test";
import { isOld } from "./open-times.ts";
import { sampleSlot, sampleSlots } from "./samples.ts";
import { groupByPart } from "./times.ts";

const slots = ["2026-12-01T09:30:00+01:00", "2026-12-01T12:00:00+01:00", "2026-12-01T17:00:00+01:00"].map(
  sampleSlot,
);
const shape = (zone: string) => groupByPart(slots, zone).map(({ part, slots: list }) => [part, list.length]);

test("times are grouped by the clock of the zone", () => {
  assert.deepEqual(
    [
      ["morning", 1],
      ["afternoon", 1],
      ["evening", 1],
    ],
    shape("Europe/Berlin"),
  );
  assert.deepEqual(
    [
      ["afternoon", 2],
      ["evening", 1],
    ],
    shape("Asia/Kolkata"),
  );
  assert.deepEqual([["morning", 3]], shape("America/Los_Angeles"));
});

test("half-hour zones are no exception", () => {
  assert.deepEqual(
    [
      ["evening", 2],
      ["morning", 1],
    ],
    shape("Australia/Lord_Howe"),
  );
});

test("without slots there are no groups", () => {
  assert.deepEqual([], groupByPart([], "UTC"));
});

test("what is a little past its time is not called old, what is long so is", () => {
  const minutes = (ago: number, stale: boolean) =>
    isOld({ ...sampleSlots({}), stale, as_of: new Date(Date.now() - ago * 60_000).toISOString() });
  assert.deepEqual([false, false, true], [minutes(60, false), minutes(9, true), minutes(11, true)]);
});
