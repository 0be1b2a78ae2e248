/** What is known of the open times, and how far one can look for them. */
import { type Month, addToMonth, monthOf } from "./dates.ts";
import { type State, answered, lastDay } from "./state.ts";
import type { Slot, Slots } from "./types.ts";

/** The open times of a month, as far as they are known. */
export const slotsOf = (state: State, month = state.month): Slots | null => answered(state.slots[month]);

/** The open times of the chosen day. */
export const slotsOfDay = (state: State, day = state.day): Slot[] =>
  (day !== null && slotsOf(state, monthOf(day))?.days.find(({ date }) => date === day)?.slots) || [];

/** The month before or after, within the booking window. */
export function leafTo(state: State, by: -1 | 1): Month | null {
  const target = addToMonth(state.month, by);
  return target >= monthOf(state.today) && target <= monthOf(lastDay(state)) ? target : null;
}

/** Told to be past its time, and for ten minutes: what is a little old is on its way to be loaded anew. */
export const isOld = ({ stale, as_of: since }: Slots): boolean =>
  stale && Date.now() - Date.parse(since) > 6e5;
