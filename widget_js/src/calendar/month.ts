/** The weeks of a month as rows of seven; places before the first and after the last day stay empty. */
import { type Day, type Month, addDays, addToMonth, firstOf } from "../dates.ts";

/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = (day: Day): number => new Date(day).getUTCDay() || 7;

export const lastOf = (month: Month): Day => addDays(firstOf(addToMonth(month, 1)), -1);

export type Week = (Day | null)[];

/** How many columns a day stands from the start of the week. */
export const columnOf = (day: Day, firstWeekday: number): number => (weekdayOf(day) - firstWeekday + 7) % 7;

export function weeksOf(month: Month, firstWeekday: number): Week[] {
  const days: Week = Array.from({ length: columnOf(firstOf(month), firstWeekday) }, () => null);
  for (let day = firstOf(month); day <= lastOf(month); day = addDays(day, 1)) days.push(day);
  while (days.length % 7) days.push(null);
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
}

/** The seven columns, each by a day that stands in it. */
export function weekdays(firstWeekday: number): Day[] {
  const monday = "2024-01-01";
  return Array.from({ length: 7 }, (_, column) => addDays(monday, firstWeekday - 1 + column));
}
