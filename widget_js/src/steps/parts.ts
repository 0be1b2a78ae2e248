/** The small pieces steps are made of. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { Problem } from "../types.ts";
import type { Ui, View } from "../ui.ts";

export interface ButtonState {
  /** The accessible name, where the text is not enough. */
  name?: string | undefined;
  /** A button that does nothing now stays reachable and says so. */
  idle?: boolean;
  pressed?: boolean;
}

/** Its kind is its class and its part. */
export const button = (
  kind: string,
  text: unknown,
  press: () => unknown,
  { name, idle, pressed }: ButtonState = {},
): TemplateResult =>
  html`<button
    type="button"
    class=${kind}
    part=${kind}
    aria-label=${name ?? nothing}
    aria-disabled=${idle ? "true" : nothing}
    aria-pressed=${pressed ? "true" : nothing}
    @click=${() => idle || press()}
  >
    ${text}
  </button>`;

export const actions = (...buttons: unknown[]): TemplateResult => html`<div class="actions">${buttons}</div>`;

/** A quieter line below or beside; nothing when it is empty. */
export const note = (text: string | false | null | undefined, kind = "note"): View =>
  text ? html`<span class=${kind}>${text}</span>` : nothing;

export interface Choice {
  name: string;
  line?: string | null | undefined;
  more?: string;
  side?: string;
  media?: View;
  chosen: boolean;
  choose: () => unknown;
}

/** A card that is a choice: picture, name, a line below, a price at the end. */
export const choice = ({ name, line, more, side, media, chosen, choose }: Choice): TemplateResult =>
  html`<li>
    ${button(
      "option",
      html`${media ?? nothing}<span class="grow"><b>${name}</b>${note(line, "line")}${note(more)}</span
        >${note(side, "side")}${icon("next")}`,
      choose,
      { pressed: chosen },
    )}
  </li>`;

export const choices = (list: unknown): TemplateResult =>
  html`<ul class="choices" part="list">
    ${list}
  </ul>`;

export const picture = (source: string, kind: string): TemplateResult =>
  html`<img class=${kind} src=${source} alt="" loading="lazy" width="48" height="48" />`;

const WORDS: Readonly<Record<string, Phrase>> = {
  offline: Phrase.offline,
  processing: Phrase.stillProcessing,
  idempotency_key_reused: Phrase.stillProcessing,
  rate_limited: Phrase.tooMany,
  limit_reached: Phrase.limit,
  slot_taken: Phrase.taken,
  too_late: Phrase.tooLate,
  not_found: Phrase.notFound,
  coupon_invalid: Phrase.couponBad,
};

/** Something the visitor must know at once. */
export const alertBox = (content: unknown): TemplateResult =>
  html`<div class="alert" part="alert" role="alert">
    ${icon("warning")}
    <div class="grow">${content}</div>
  </div>`;

/** What went wrong, in words, with a way on where there is one. */
export const problemBox = (
  { say }: Pick<Ui, "say">,
  { code, detail }: Problem,
  retry?: () => unknown,
): TemplateResult =>
  alertBox(
    html`<p>${code === "invalid_input" && detail ? detail : say(WORDS[code] ?? Phrase.failed)}</p>
      ${retry ? button("secondary", say(Phrase.retry), retry) : nothing}`,
  );

/** What time will tell. */
export const waitingBox = (text: string): TemplateResult =>
  html`<p class="held">${icon("clock")}${note(text)}</p>`;

export const bones = (count: number): TemplateResult =>
  html`<div class="bones" aria-hidden="true">${Array.from({ length: count }, () => html`<i></i>`)}</div>`;

export const textOf = (event: Event): string => (event.target as HTMLInputElement).value;
