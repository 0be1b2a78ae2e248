/** What every view is given: the state, a voice, and the way to say what the visitor did. */
import { type TemplateResult, nothing } from "lit/html.js";
import { formatMinutes } from "./dates.ts";
import { Phrase } from "./i18n/keys.ts";
import type { Say } from "./i18n/phrases.ts";
import { formatPrice, isZero } from "./prices.ts";
import type { Happening, State } from "./state.ts";

type Timer = ReturnType<typeof setTimeout>;

export type View = TemplateResult | typeof nothing;

export interface Ui {
  readonly state: State;
  readonly locale: string;
  readonly rtl: boolean;
  readonly server: string;
  readonly say: Say;
  /** The key of an open attempt to book. */
  bookingKey?: string;
  /** The challenge's, where the business asks for one: being found, or found. */
  solution?: Promise<string | null>;
  /** What redraws a hold as its time passes, and what is being asked about holds. */
  timer?: Timer;
  holding?: Promise<unknown>;
  send: (...happening: Happening) => void;
  draw: () => unknown;
  /** Puts the focus on a field, by its path, or elsewhere by a selector. */
  focus: (selector: string) => void;
  /** Tells the page; false when a listener has objected. */
  emit: (name: string, detail?: object, cancelable?: boolean) => boolean;
}

/** “€45”, “Free”; an unknown price is not shown. */
export function price({ state, locale, say }: Ui, amount: string | null): string {
  if (amount === null) return "";
  return isZero(amount) ? say(Phrase.free) : formatPrice(amount, state.business.currency, locale);
}

export const minutes = ({ locale }: Ui, count: number): string => formatMinutes(count, locale);
