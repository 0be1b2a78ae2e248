/** What a visit or a booking consists of, as rows of a name and a value. */
import { html, nothing } from "lit/html.js";
import { chosenServices, employeesOf, stepsOf } from "../choices.ts";
import { sameClock, zoneName } from "../dates.ts";
import { Phrase } from "../i18n/keys.ts";
import { sum, total } from "../prices.ts";
import type { State, Step } from "../state.ts";
import type { Booking } from "../types.ts";
import { type Ui, type View, minutes, moment, price } from "../ui.ts";

export interface Fact {
  name: string;
  value: string;
  below?: string;
  step?: Step;
}

/** The same moment on the business's clock, where that shows another time. */
export function elsewhere(ui: Ui, start: string): string {
  const { state, locale } = ui;
  const { timezone } = state.business;
  if (sameClock(timezone, state.zone, new Date(start))) return "";
  return `${moment(ui, start, timezone)} (${zoneName(timezone, locale)})`;
}

function serviceFact(ui: Ui): Fact {
  const { state, say } = ui;
  const services = chosenServices(state.business, state.visit);
  const extras = services.flatMap((service) =>
    service.extras.flatMap(({ id, name }) => {
      const count = state.visit.items.find((item) => item.service === service.id)?.extras[id] ?? 0;
      return count === 0 ? [] : count === 1 ? name : `${count} × ${name}`;
    }),
  );
  return {
    name: say(Phrase.service),
    value: services.map(({ name }) => name).join(", "),
    below: [minutes(ui, durationOf(state)), ...extras].join(" · "),
    step: "service",
  };
}

/** Minutes of all chosen services with their extras. */
function durationOf({ business, visit }: State): number {
  const lengths = chosenServices(business, visit).map(({ id, duration_minutes: base, extras }) => {
    const quantities = visit.items.find(({ service }) => service === id)?.extras ?? {};
    return extras.reduce((all, extra) => all + extra.duration_minutes * (quantities[extra.id] ?? 0), base);
  });
  return lengths.reduce((all, length) => all + length, 0);
}

/** What has been chosen so far. */
export function factsOf(ui: Ui): Fact[] {
  const { state, say } = ui;
  const { business, visit, slot } = state;
  if (visit.items.length === 0) return [];
  const facts = [serviceFact(ui)];
  const { employee, location, persons } = visit;
  const named = employeesOf(state, visit).find(({ id }) => id === employee)?.name;
  const who = employee === null ? say(Phrase.anyone) : named;
  if (who !== undefined) facts.push({ name: say(Phrase.employee), value: who, step: "employee" });
  const where = business.locations.find(({ id }) => id === location);
  if (where)
    facts.push({
      name: say(Phrase.location),
      value: where.name,
      below: where.address ?? "",
      step: "location",
    });
  if (persons > 1)
    facts.push({ name: say(Phrase.persons), value: say(Phrase.people, { n: persons }), step: "options" });
  if (slot)
    facts.push({
      name: say(Phrase.time),
      value: moment(ui, slot.start),
      below: elsewhere(ui, slot.start),
      step: "time",
    });
  return facts;
}

/** The price of the visit less its discount; empty while unknown. */
export function totalOf({ state }: Ui): string | null {
  const full = total(state.business, state.visit.items, state.visit.persons);
  return full === null || state.discount === null
    ? full
    : sum([
        [full, 1],
        [state.discount, -1],
      ]);
}

export function bookingFacts(ui: Ui, booking: Booking): Fact[] {
  const { say } = ui;
  const [first] = booking.items;
  if (!first) return [];
  const facts: Fact[] = [
    { name: say(Phrase.service), value: booking.items.map(({ service }) => service.name).join(", ") },
    { name: say(Phrase.time), value: moment(ui, first.start), below: elsewhere(ui, first.start) },
  ];
  const people = [
    ...new Set(booking.items.map(({ employee }) => employee?.name).filter((name) => name != null)),
  ];
  if (people.length > 0) facts.push({ name: say(Phrase.employee), value: people.join(", ") });
  if (first.location) facts.push({ name: say(Phrase.location), value: first.location.name });
  if (first.persons > 1)
    facts.push({ name: say(Phrase.persons), value: say(Phrase.people, { n: first.persons }) });
  if (booking.total !== null) facts.push({ name: say(Phrase.total), value: price(ui, booking.total) });
  return facts;
}

const changeButton = ({ say, send }: Ui, { name, step = "service" }: Fact): View =>
  html`<button
    type="button"
    class="link"
    aria-label=${say(Phrase.changeWhat, { what: name })}
    @click=${() => {
      send({ type: "go", step });
    }}
  >
    ${say(Phrase.change)}
  </button>`;

/** The rows; with `change`, those that can be changed have a button. */
export function factList(ui: Ui, facts: readonly Fact[], change = false): View {
  const steps = stepsOf(ui.state);
  return html`<dl class="facts">
    ${facts.map(
      (fact) =>
        html`<div>
          <dt>${fact.name}</dt>
          <dd>${fact.value}${fact.below ? html`<span class="note">${fact.below}</span>` : nothing}</dd>
          ${change && fact.step && steps.includes(fact.step) ? html`<dd class="end">${changeButton(ui, fact)}</dd>` : nothing}
        </div>`,
    )}
  </dl>`;
}
