/** All that will be booked (or moved), to be read once more before it is. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { submit } from "../acts.ts";
import { Phrase } from "../i18n/keys.ts";
import { type Ui, price } from "../ui.ts";
import { type Fact, factList, factsOf, heldLine, timeFact, totalOf } from "./facts.ts";
import { actions, button, problemBox, waitingBox } from "./parts.ts";

function newFacts(ui: Ui): Fact[] {
  const { form, discount } = ui.state;
  return [
    ...factsOf(ui),
    {
      name: Phrase.details,
      value: `${form["customer.first_name"]} ${form["customer.last_name"]}`,
      below: [form["customer.email"], form["customer.phone"], form.note].filter(Boolean).join(" · "),
      step: "details",
    },
    { name: Phrase.discount, value: discount && `−${price(ui, discount)}` },
    { name: Phrase.total, value: totalOf(ui) },
  ];
}

/** Moving asks for nothing but the new time. */
export function reviewStep(ui: Ui): TemplateResult {
  const { state, say } = ui;
  const { problem, busy, manage, slot } = state;
  const again = (): unknown => submit(ui);
  const facts = manage === null ? newFacts(ui) : slot ? [timeFact(ui, slot.start)] : [];
  return html`${heldLine(ui)}${problem ? problemBox(ui, problem, again) : nothing}
  ${factList(ui, facts, true)} ${busy === "processing" ? waitingBox(say(Phrase.processing)) : nothing}
  ${actions(
    button(
      "primary submit",
      busy
        ? html`<i class="spinner"></i>${say(Phrase.sending)}`
        : say(manage === null ? Phrase.bookNow : Phrase.moveHere),
      again,
      { idle: busy !== "" },
    ),
  )}`;
}
