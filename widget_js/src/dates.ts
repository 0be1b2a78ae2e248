/** Civil dates as ISO strings (`2026-12-01`), reckoned in UTC so that no clock change can shift them. */
import { format } from "./formats.ts";

export type Day = string;
export type Month = string;

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const utc = (day: Day): Date => new Date(`${day}T00:00:00Z`);
const iso = (date: Date): Day => date.toISOString().slice(0, 10);

export const addDays = (day: Day, count: number): Day => iso(new Date(utc(day).getTime() + count * DAY));

/** The day, if that is what the text says and it lies within the bounds. */
export function dayWithin(text: string, from: Day, to: Day): Day | null {
  const time = Date.parse(text);
  const day = time ? iso(new Date(time)) : "";
  return day === text && day >= from && day <= to ? day : null;
}

export const monthOf = (day: Day): Month => day.slice(0, 7);

export const firstOf = (month: Month): Day => `${month}-01`;

/** The month `count` months later. */
export function addToMonth(month: Month, count: number): Month {
  const date = utc(firstOf(month));
  date.setUTCMonth(date.getUTCMonth() + count);
  return monthOf(iso(date));
}

/** The calendar is the grid's: Gregorian in every language. */
export const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  format(Intl.DateTimeFormat, locale, { calendar: "gregory", ...options });

/** The browser's time zone, unless it has none by name. */
export function zoneHere(): string | null {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return /^[A-Z](?!tc.Unk)/.test(timeZone) ? timeZone : null;
}

type Parts = Partial<Record<Intl.DateTimeFormatPartTypes, string>>;

function partsIn(instant: Date, zone: string): Parts {
  const format = dateFormat("en", {
    numberingSystem: "latn",
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
  });
  return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
}

/** The civil date of an instant in a zone. */
export function dayIn(instant: Date, zone: string): Day {
  const { year = "", month = "", day = "" } = partsIn(instant, zone);
  return `${year.padStart(4, "0")}-${month}-${day}`;
}

/** The hour on the wall clock, 0 to 23. */
export const hourIn = (instant: Date, zone: string): number => Number(partsIn(instant, zone).hour);

/** “1 hr 30 min”, in the locale's own units. */
export function formatMinutes(minutes: number, locale: string): string {
  const unit = (value: number, name: string): string =>
    format(Intl.NumberFormat, locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours && unit(hours, "hour"), (rest || !hours) && unit(rest, "minute")].filter(Boolean).join(" ");
}
