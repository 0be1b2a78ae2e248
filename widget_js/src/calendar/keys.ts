/** Where the focus goes in the month grid, as the ARIA grid pattern for dates has it. */
import { type Day, addDays, addToMonth, monthOf } from "../dates.ts";
import { columnOf, lastOf } from "./month.ts";

/** The same day of the month `count` months later, or that month's last day. */
export function addMonths(day: Day, count: number): Day {
  const month = addToMonth(monthOf(day), count);
  const same = `${month}${day.slice(7)}`;
  const last = lastOf(month);
  return same < last ? same : last;
}

export interface Press {
  key: string;
  shiftKey: boolean;
}

export interface Grid {
  rtl: boolean;
  firstWeekday: number;
  min: Day;
  max: Day;
}

/** The day to focus, within the grid's bounds; null when the key means nothing here. */
export function dayAfterKey(day: Day, { key, shiftKey }: Press, grid: Grid): Day | null {
  const forward = grid.rtl ? -1 : 1;
  const column = columnOf(day, grid.firstWeekday);
  const moves: Record<string, () => Day> = {
    ArrowLeft: () => addDays(day, -forward),
    ArrowRight: () => addDays(day, forward),
    ArrowUp: () => addDays(day, -7),
    ArrowDown: () => addDays(day, 7),
    Home: () => addDays(day, -column),
    End: () => addDays(day, 6 - column),
    PageUp: () => addMonths(day, shiftKey ? -12 : -1),
    PageDown: () => addMonths(day, shiftKey ? 12 : 1),
  };
  const target = moves[key]?.();
  return target === undefined ? null : clamp(target, grid);
}

const clamp = (day: Day, { min, max }: Grid): Day => (day < min ? min : day > max ? max : day);
