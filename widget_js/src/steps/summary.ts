/** What has been chosen, beside the step or (where there is no room) above it. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { chosenServices } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import { type Ui, type View } from "../ui.ts";
import { factList, factsOf, totalOf } from "./facts.ts";
import { button } from "./parts.ts";

const MOST_SERVICES = 5;

/** A visit of several services: one more, or one less. */
function several({ state, say, send }: Ui): View {
  const { business, visit, step } = state;
  const chosen = chosenServices(business, visit);
  const possible = business.features.several_services && !state.options.locked.includes("service");
  if (step !== "time" || !possible) return nothing;
  const remove = chosen.map(({ id, name }) =>
    button("link", say(Phrase.remove, { what: name }), () => send("remove", id)),
  );
  const add = button("link", say(Phrase.addService), () => send("add"));
  return html`<p class="several">
    ${chosen.length < Math.min(MOST_SERVICES, business.services.length) ? add : nothing}
    ${chosen.length > 1 ? remove : nothing}
  </p>`;
}

export function summary(ui: Ui): TemplateResult | null {
  const { state, say } = ui;
  if (
    state.visit.items.length === 0 ||
    !["options", "employee", "location", "time", "details"].includes(state.step)
  )
    return null;
  const total = totalOf(ui);
  return html`<aside class="summary" part="summary" aria-label=${say(Phrase.summary)}>
    <b class="business">${state.business.name}</b>
    ${factList(ui, factsOf(ui))}${several(ui)}
    ${total ? html`<p class="total">${say(Phrase.total)} <b>${total}</b></p>` : nothing}
  </aside>`;
}
