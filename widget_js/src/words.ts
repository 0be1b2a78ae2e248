/** Days, times and zones as the visitor reads them, all by Intl. Nothing shown is ever read back. */
import { type Day, type Month, dateFormat, firstOf } from "./dates.ts";
import type { Ui } from "./ui.ts";

export const formatDay = (day: Day, locale: string, options: Intl.DateTimeFormatOptions): string =>
  dateFormat(locale, { timeZone: "UTC", ...options }).format(new Date(day));

export const formatInstant = (
  start: string,
  locale: string,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): string => dateFormat(locale, { timeZone: zone, ...options }).format(new Date(start));

export const LONG_DAY: Intl.DateTimeFormatOptions = {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
};
export const CLOCK: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit" };

/** The zone in words (“Pacific Time”), by its generic name: as of now, for some had no summer time in 1970. */
export function zoneName(zone: string, locale: string): string {
  const parts = dateFormat(locale, { timeZone: zone, timeZoneName: "longGeneric" }).formatToParts();
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/** Whether two zones show the same wall clock at an instant. */
export function sameClock(one: string, other: string, instant: Date): boolean {
  const shown = (timeZone: string): string =>
    dateFormat("en", { timeZone, dateStyle: "short", timeStyle: "short" }).format(instant);
  return shown(one) === shown(other);
}

interface WeekInfo {
  firstDay: number;
}

/** The weekday a locale's weeks begin with; engines have it as a method, as a getter or not at all. */
export function firstWeekday(locale: string): number {
  const known = new Intl.Locale(locale) as Intl.Locale & {
    getWeekInfo?: () => WeekInfo;
    weekInfo?: WeekInfo;
  };
  return (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1;
}

/** “4:59”, of a time in milliseconds. */
export function formatSeconds(time: number, locale: string): string {
  const seconds = Math.ceil(time / 1000);
  const rest = (seconds % 60).toLocaleString(locale, { minimumIntegerDigits: 2 });
  return `${Math.floor(seconds / 60).toLocaleString(locale)}:${rest}`;
}

type Shown = Pick<Ui, "state" | "locale">;

export const clock = ({ state, locale }: Shown, start: string): string =>
  formatInstant(start, locale, state.zone, CLOCK);

/** Day and time in full. */
export const moment = ({ state, locale }: Shown, start: string, zone = state.zone): string =>
  formatInstant(start, locale, zone, { ...LONG_DAY, ...CLOCK });

export const monthName = (month: Month, locale: string): string =>
  formatDay(firstOf(month), locale, { month: "long", year: "numeric" });
