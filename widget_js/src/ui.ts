/** What every view is given: the state, a voice, and the ways to act. */
import { type TemplateResult, nothing } from "lit/html.js";
import { Phrase } from "./i18n/keys.ts";
import type { Say } from "./i18n/phrases.ts";
import { LONG_DAY, CLOCK, formatInstant, formatMinutes } from "./dates.ts";
import { formatPrice, isZero } from "./prices.ts";
import type { Action, State } from "./state.ts";

export type View = TemplateResult | typeof nothing;

/** What needs the server or the page, beyond the state. */
export interface Acts {
  submit: () => void;
  retry: () => void;
  applyCoupon: () => void;
  cancel: () => void;
  check: () => void;
  focus: (path: string) => void;
}

export interface Ui {
  state: State;
  locale: string;
  rtl: boolean;
  say: Say;
  send: (action: Action) => void;
  act: Acts;
}

/** “€45”, “Free”; an unknown price is not shown. */
export function price({ state, locale, say }: Ui, amount: string | null): string {
  if (amount === null) return "";
  return isZero(amount) ? say(Phrase.free) : formatPrice(amount, state.business.currency, locale);
}

export const clock = ({ state, locale }: Ui, start: string): string =>
  formatInstant(start, locale, state.zone, CLOCK);

/** Day and time in full. */
export const moment = ({ state, locale }: Ui, start: string, zone = state.zone): string =>
  formatInstant(start, locale, zone, { ...LONG_DAY, ...CLOCK });

export const minutes = ({ locale }: Ui, count: number): string => formatMinutes(count, locale);
