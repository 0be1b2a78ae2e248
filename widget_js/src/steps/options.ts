/** How many people come, and the extras of each chosen service. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { chosenServices, personsOf } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import type { Extra, Service } from "../types.ts";
import { type Ui, type View, minutes, price } from "../ui.ts";
import { actions, button, note } from "./parts.ts";

interface Range {
  name: string;
  line?: string;
  value: number;
  min: number;
  max: number;
  set: (value: number) => void;
}

/** A number with a button on each side. */
function stepper({ say, locale }: Ui, { name, line, value, min, max, set }: Range): TemplateResult {
  const by = (change: number, text: string, phrase: Phrase): TemplateResult =>
    button("round", text, () => set(value + change), {
      name: `${say(phrase)}: ${name}`,
      idle: value + change < min || value + change > max,
    });
  return html`<li class="row" role="group" aria-label=${name}>
    <span class="grow"><b>${name}</b>${note(line)}</span>
    ${by(-1, "−", Phrase.fewer)}<output>${value.toLocaleString(locale)}</output>${by(1, "+", Phrase.more)}
  </li>`;
}

function extraRow(ui: Ui, service: number, extra: Extra): TemplateResult {
  const { id, name, price: amount, duration_minutes: longer, max_quantity: max } = extra;
  const value = ui.state.visit.items.find((item) => item.service === service)?.extras[id] ?? 0;
  const line = [longer > 0 ? `+ ${minutes(ui, longer)}` : "", price(ui, amount)].filter(Boolean).join(" · ");
  const set = (quantity: number): void => ui.send("extra", { service, extra: id, quantity });
  if (max > 1) return stepper(ui, { name, line, value, min: 0, max, set });
  return html`<li>
    <label class="row">
      <input type="checkbox" .checked=${value > 0} @change=${() => set(1 - value)} />
      <span class="grow"><b>${name}</b>${note(line)}</span>
    </label>
  </li>`;
}

const rows = (list: unknown): TemplateResult =>
  html`<ul class="rows" part="list">
    ${list}
  </ul>`;

const extrasOf = (ui: Ui, { id, name, extras }: Service): View =>
  extras.length === 0
    ? nothing
    : html`<h3>${ui.state.visit.items.length > 1 ? name : ui.say(Phrase.extras)}</h3>
        ${rows(extras.map((extra) => extraRow(ui, id, extra)))}`;

export function optionsStep(ui: Ui): TemplateResult {
  const { state, say, send } = ui;
  const { min, max } = personsOf(state.business, state.visit);
  const set = (value: number): void => send("persons", value);
  const persons = { name: say(Phrase.persons), value: state.visit.persons, min, max, set };
  return html`${max > 1 ? rows(stepper(ui, persons)) : nothing}
  ${chosenServices(state.business, state.visit).map((service) => extrasOf(ui, service))}
  ${actions(button("primary submit", say(Phrase.next), () => send("next")))}`;
}
