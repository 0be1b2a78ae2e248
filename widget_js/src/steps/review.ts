/** All that will be booked (or moved), to be read once more before it is. */
import { html, nothing } from "lit/html.js";
import { Phrase } from "../i18n/keys.ts";
import { type Ui, type View, moment, price } from "../ui.ts";
import { alertBox } from "./alert.ts";
import { type Fact, factList, factsOf, totalOf } from "./facts.ts";

/** Codes after which the same words may simply be sent again. */
const AGAIN = ["offline", "network", "unavailable", "platform_unavailable", "rate_limited"];

const submitButton = ({ state, say, act }: Ui, label: string): View =>
  html`<div class="actions">
    <button
      type="button"
      class="primary"
      part="submit"
      aria-disabled=${state.busy ? "true" : nothing}
      @click=${() => {
        if (!state.busy) act.submit();
      }}
    >
      ${state.busy ? html`<span class="spinner" aria-hidden="true"></span>${say(Phrase.sending)}` : label}
    </button>
  </div>`;

const problem = (ui: Ui): View => {
  const { state, act } = ui;
  if (state.problem === null) return nothing;
  return alertBox(ui, state.problem, AGAIN.includes(state.problem.code) ? act.submit : undefined);
};

function customerFact({ state, say }: Ui): Fact {
  const value = (name: string): string => state.form[`customer.${name}`] ?? "";
  return {
    name: say(Phrase.details),
    value: `${value("first_name")} ${value("last_name")}`,
    below: [value("email"), value("phone"), state.form.note].filter(Boolean).join(" · "),
    step: "details",
  };
}

function moneyFacts(ui: Ui): Fact[] {
  const { state, say } = ui;
  const facts: Fact[] = [];
  if (state.discount !== null)
    facts.push({ name: say(Phrase.discount), value: `−${price(ui, state.discount)}` });
  const total = totalOf(ui);
  if (total !== null) facts.push({ name: say(Phrase.total), value: price(ui, total) });
  return facts;
}

/** Moving asks for nothing but the new time. */
function moveReview(ui: Ui): View {
  const { state, say } = ui;
  const value = state.slot ? moment(ui, state.slot.start) : "";
  return html`${problem(ui)}${factList(ui, [{ name: say(Phrase.time), value, step: "time" }], true)}
  ${submitButton(ui, say(Phrase.moveHere))}`;
}

export function reviewStep(ui: Ui): View {
  if (ui.state.manage !== null) return moveReview(ui);
  return html`${problem(ui)}${factList(ui, [...factsOf(ui), customerFact(ui), ...moneyFacts(ui)], true)}
  ${ui.state.busy === "processing" ? html`<p class="note">${ui.say(Phrase.processing)}</p>` : nothing}
  ${submitButton(ui, ui.say(Phrase.bookNow))}`;
}
