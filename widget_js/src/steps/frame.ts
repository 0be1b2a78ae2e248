/** What surrounds every step: the way back, where one is, the heading and the live region. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { stepBack, stepsOf } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { State, Step } from "../state.ts";
import type { Ui, View } from "../ui.ts";
import { button, note } from "./parts.ts";

const TITLES: Readonly<Record<Step, Phrase>> = {
  service: Phrase.chooseService,
  options: Phrase.options,
  employee: Phrase.chooseEmployee,
  location: Phrase.chooseLocation,
  time: Phrase.chooseTime,
  details: Phrase.details,
  review: Phrase.review,
  done: Phrase.booked,
  manage: Phrase.yourBooking,
};

const STATUS: Readonly<Record<string, Phrase>> = { canceled: Phrase.canceled, rejected: Phrase.rejected };

function titleOf({ step, change, booking }: State): Phrase {
  const status = booking?.status ?? "";
  if (step === "done" && status === "pending") return Phrase.pending;
  if (step !== "manage") return TITLES[step];
  return STATUS[status] ?? (change === "moved" ? Phrase.moved : TITLES.manage);
}

function way(ui: Ui): View {
  const { state, say, send } = ui;
  const steps = stepsOf(state);
  const at = steps.indexOf(state.step);
  if (at < 0 || state.step === "manage") return nothing;
  const back = button("back", [icon("back"), say(Phrase.back)], () => send("back"));
  return html`<div class="top">
    ${stepBack(state) ? back : nothing}
    <p class="progress">
      ${note(say(Phrase.stepOf, { n: at + 1, total: steps.length }))}
      <span class="track" aria-hidden="true"
        >${steps.map((_, i) => html`<i class=${i <= at ? "on" : ""}></i>`)}</span
      >
    </p>
  </div>`;
}

/** A step with all that surrounds it; `aside` is what has been chosen so far, `news` what is announced. */
export const frame = (ui: Ui, content: View, aside: TemplateResult | null, news: string): TemplateResult =>
  html`<div class=${aside ? "card split" : "card"} part="card">
    ${aside}
    <section class="main" aria-labelledby="title" part="step">
      ${way(ui)}
      <h2 id="title" part="heading" tabindex="-1">${ui.say(titleOf(ui.state))}</h2>
      ${content}
      <p class="hidden" role="status">${news}</p>
    </section>
  </div>`;
