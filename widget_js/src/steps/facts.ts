/** What a visit or a booking consists of, as rows of a name and a value. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { chosenServices, employeesOf, stepsOf } from "../choices.ts";
import { leftOf, toKeep } from "../holds.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import { total } from "../totals.ts";
import type { Step } from "../state.ts";
import type { Booking } from "../types.ts";
import { type Ui, type View, minutes, price } from "../ui.ts";
import { button, note } from "./parts.ts";
import { formatSeconds, moment, sameClock, zoneName } from "../words.ts";

export interface Fact {
  name: Phrase;
  value: string | null | undefined;
  below?: string | null;
  step?: Step;
}

/** The same moment on the business's clock, where that shows another time. */
function elsewhere(ui: Ui, start: string): string {
  const { timezone } = ui.state.business;
  if (sameClock(timezone, ui.state.zone, new Date(start))) return "";
  return `${moment(ui, start, timezone)} (${zoneName(timezone, ui.locale)})`;
}

/** The chosen services, how long they take with their extras, and the extras by name. */
function serviceFact(ui: Ui): Fact {
  const { business, visit } = ui.state;
  const services = chosenServices(business, visit);
  let length = 0;
  const names = [];
  for (const { id, duration_minutes: usual, durations, extras } of services) {
    length += durations?.[visit.employee ?? ""] ?? usual;
    const quantities = visit.items.find(({ service }) => service === id)?.extras ?? {};
    for (const extra of extras) {
      const count = quantities[extra.id] ?? 0;
      length += extra.duration_minutes * count;
      if (count > 0) names.push(count > 1 ? `${extra.name} × ${count}` : extra.name);
    }
  }
  return {
    name: Phrase.service,
    value: services.map(({ name }) => name).join(", "),
    below: [minutes(ui, length), ...names].join(" · "),
    step: "service",
  };
}

const people = ({ say }: Ui, n: number): string => (n > 1 ? say(Phrase.people, { n }) : "");

/** What has been chosen so far. */
export function factsOf(ui: Ui): Fact[] {
  const { business, visit, slot } = ui.state;
  const { employee, location, persons } = visit;
  const named = employeesOf(ui.state, visit).find(({ id }) => id === employee)?.name;
  const where = business.locations.find(({ id }) => id === location);
  return [
    serviceFact(ui),
    { name: Phrase.persons, value: people(ui, persons), step: "options" },
    { name: Phrase.employee, value: employee === null ? ui.say(Phrase.anyone) : named, step: "employee" },
    { name: Phrase.location, value: where?.name, below: where?.address ?? "", step: "location" },
    ...(slot ? [timeFact(ui, slot.start)] : []),
  ];
}

export const timeFact = (ui: Ui, start: string): Fact => ({
  name: Phrase.time,
  value: moment(ui, start),
  below: elsewhere(ui, start),
  step: "time",
});

/** The price of the visit less its discount; “from” it where it depends on who will come; empty while unknown. */
export function totalOf(ui: Ui): string {
  const { business, visit, discount } = ui.state;
  const amount = price(ui, total(business, visit, discount));
  const depends = visit.employee == null && chosenServices(business, visit).some((one) => one.price_from);
  return amount && depends ? ui.say(Phrase.from, { price: amount }) : amount;
}

export function bookingFacts(ui: Ui, { items, total: amount }: Booking): Fact[] {
  const [first] = items;
  if (!first) return [];
  const employees = new Set(items.map(({ employee }) => employee?.name));
  return [
    { name: Phrase.service, value: items.map(({ service }) => service.name).join(", ") },
    timeFact(ui, first.start),
    { name: Phrase.persons, value: people(ui, first.persons) },
    { name: Phrase.employee, value: [...employees].join(", ") },
    { name: Phrase.location, value: first.location?.name },
    { name: Phrase.total, value: price(ui, amount) },
  ];
}

/** The rows that have a value; with `change`, those that can be changed have a button. */
export function factList(ui: Ui, facts: readonly Fact[], change = false): TemplateResult {
  const { say, send, state } = ui;
  const steps = change ? stepsOf(state) : [];
  const changeButton = (what: string, step: Step): TemplateResult =>
    button("link", say(Phrase.change), () => send("go", step), { name: `${say(Phrase.change)}: ${what}` });
  return html`<dl class="facts">
    ${facts.map(({ name, value, below, step }) =>
      value
        ? html`<div>
            <dt>${say(name)}</dt>
            <dd>${value}${note(below)}</dd>
            ${step && steps.includes(step) ? html`<dd>${changeButton(say(name), step)}</dd>` : nothing}
          </div>`
        : nothing,
    )}
  </dl>`;
}

/** How long the chosen time is kept, by the second; its room is there before it is known. */
export function heldLine(ui: Ui): View {
  const { state, say, locale } = ui;
  if (!toKeep(state)) return nothing;
  const left = leftOf(state.hold, Date.now());
  const text = left ? say(Phrase.held, { time: formatSeconds(left, locale) }) : say(Phrase.holdOver);
  return html`<p class="held" role="timer">${left === null ? nothing : [icon("clock"), note(text)]}</p>`;
}
