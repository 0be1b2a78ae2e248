/** What surrounds every step: the way back, where one is, what has been chosen, and the live region. */
import { html, nothing } from "lit/html.js";
import { stepBack, stepsOf } from "../choices.ts";
import { LONG_DAY, firstOf, formatDay } from "../dates.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import { type State, type Step, slotsOf, slotsOfDay } from "../state.ts";
import { type Ui, type View, price } from "../ui.ts";
import { factsOf, totalOf } from "./facts.ts";

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

function titleOf({ step, change, booking }: State): Phrase {
  if (step === "done" && booking?.status === "pending") return Phrase.pending;
  if (step !== "manage") return TITLES[step];
  if (booking?.status === "canceled") return Phrase.canceled;
  return change === "moved" ? Phrase.moved : Phrase.yourBooking;
}

const backButton = ({ state, say, send }: Ui): View =>
  stepBack(state) === null || state.step === "done"
    ? nothing
    : html`<button
        type="button"
        class="back"
        part="back"
        @click=${() => {
          send({ type: "back" });
        }}
      >
        ${icon("back", true)}${say(Phrase.back)}
      </button>`;

function progress({ state, say }: Ui): View {
  const steps = stepsOf(state);
  const at = steps.indexOf(state.step);
  if (at < 0 || state.manage !== null) return nothing;
  return html`<p class="progress">
    <span class="note">${say(Phrase.stepOf, { n: at + 1, total: steps.length })}</span>
    <span class="track" aria-hidden="true"
      >${steps.map((_, i) => html`<i class=${i <= at ? "on" : ""}></i>`)}</span
    >
  </p>`;
}

/** What has been chosen, beside the step or (where there is no room) above it. */
function summary(ui: Ui): View {
  const { state, say } = ui;
  const facts = factsOf(ui);
  if (facts.length === 0 || ["done", "review", "manage", "service"].includes(state.step)) return nothing;
  const total = totalOf(ui);
  return html`<aside class="summary" part="summary" aria-label=${say(Phrase.summary)}>
    <p class="business">${state.business.name}</p>
    <dl>
      ${facts.map(
        ({ name, value, below }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}${below ? html`<span class="note">${below}</span>` : nothing}</dd>
          </div>`,
      )}
    </dl>
    ${
      total === null
        ? nothing
        : html`<p class="total"><span>${say(Phrase.total)}</span> <b>${price(ui, total)}</b></p>`
    }
  </aside>`;
}

/** What a screen reader is told without being asked. */
function news({ state, say, locale }: Ui): string {
  if (state.busy) return say(state.busy === "processing" ? Phrase.processing : Phrase.sending);
  if (state.discount !== null && state.step === "details") return say(Phrase.discount);
  if (state.step !== "time") return "";
  const slots = slotsOf(state, state.month);
  if (slots === null) return state.slots[state.month] === "loading" ? say(Phrase.loading) : "";
  const month = formatDay(firstOf(state.month), locale, { month: "long", year: "numeric" });
  if (slots.days.length === 0) return say(Phrase.noTimes, { month });
  if (state.day === null) return "";
  return say(Phrase.dayFree, { day: formatDay(state.day, locale, LONG_DAY), n: slotsOfDay(state).length });
}

/** A step with all that surrounds it. */
export function frame(ui: Ui, content: View): View {
  const aside = summary(ui);
  return html`<div class=${aside === nothing ? "card" : "card split"} part="card">
    ${aside}
    <section class="main" aria-labelledby="title" part="step">
      <div class="top">${backButton(ui)}${progress(ui)}</div>
      <h2 id="title" part="heading" tabindex="-1">${ui.say(titleOf(ui.state))}</h2>
      ${content}
      <p class="hidden" role="status">${news(ui)}</p>
    </section>
  </div>`;
}
