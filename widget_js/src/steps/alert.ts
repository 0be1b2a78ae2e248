/** What went wrong, in words, with a way on where there is one. */
import { html, nothing } from "lit/html.js";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { Problem } from "../types.ts";
import type { Ui, View } from "../ui.ts";

const WORDS: Readonly<Record<string, Phrase>> = {
  offline: Phrase.offline,
  processing: Phrase.stillProcessing,
  rate_limited: Phrase.tooMany,
  limit_reached: Phrase.tooMany,
  too_late: Phrase.tooLate,
  not_found: Phrase.notFound,
  coupon_invalid: Phrase.couponBad,
};

/** What the server says about a field stands beside the field; the rest is said in the visitor's language. */
export const problemText = ({ say }: Pick<Ui, "say">, { code, detail }: Problem): string =>
  code === "invalid_input" && detail ? detail : say(WORDS[code] ?? Phrase.failed);

export const alertBox = (ui: Pick<Ui, "say">, problem: Problem, retry?: () => void): View =>
  html`<div class="alert" part="alert" role="alert">
    ${icon("alert")}
    <div class="grow">
      <p>${problemText(ui, problem)}</p>
      ${
        retry
          ? html`<button type="button" class="secondary" @click=${retry}>${ui.say(Phrase.retry)}</button>`
          : nothing
      }
    </div>
  </div>`;
