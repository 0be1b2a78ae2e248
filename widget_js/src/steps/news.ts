/** What a screen reader is told without being asked. */
import { Phrase } from "../i18n/keys.ts";
import { slotsOf, slotsOfDay } from "../open-times.ts";
import { type Ui, price } from "../ui.ts";
import { LONG_DAY, formatDay, monthName } from "../words.ts";

const BUSY = { loading: Phrase.loading, sending: Phrase.sending, processing: Phrase.processing };

export function news(ui: Ui): string {
  const { state, say, locale } = ui;
  const { busy, discount, step, day } = state;
  if (busy) return say(BUSY[busy]);
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
