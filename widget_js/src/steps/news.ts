/** What a screen reader is told without being asked. */
import { MINUTE, leftOf, toKeep } from "../holds.ts";
import { Phrase } from "../i18n/keys.ts";
import { slotsOf, slotsOfDay } from "../open-times.ts";
import { type Ui, minutes, price } from "../ui.ts";
import { LONG_DAY, formatDay, monthName } from "../words.ts";

const BUSY = { loading: Phrase.loading, sending: Phrase.sending, processing: Phrase.processing };

/** The last minute of a hold and its end: once each, not every second. */
function holdNews(ui: Ui): string {
  const { state, say } = ui;
  const left = toKeep(state) && leftOf(state.hold, Date.now());
  if (left === null || left > MINUTE) return "";
  return left === 0 ? say(Phrase.holdOver) : say(Phrase.held, { time: minutes(ui, 1) });
}

export function news(ui: Ui): string {
  const { state, say, locale } = ui;
  const { busy, discount, step, day } = state;
  if (busy) return say(BUSY[busy]);
  const held = holdNews(ui);
  if (held) return held;
  if (step === "details" && discount !== null) return `${say(Phrase.discount)}: ${price(ui, discount)}`;
  if (step !== "time") return "";
  const slots = slotsOf(state);
  if (slots?.days.length === 0)
    return say(Phrase.noTimes, {
      month: monthName(state.month, locale),
    });
  return !slots || day === null
    ? ""
    : say(Phrase.dayFree, { day: formatDay(day, locale, LONG_DAY), n: slotsOfDay(state).length });
}
