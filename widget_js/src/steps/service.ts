/** The services by category, with a search where there are many. */
import { html, nothing } from "lit/html.js";
import { servicesOf } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import type { Service } from "../types.ts";
import { type Ui, type View, minutes, price } from "../ui.ts";
import { choice } from "./choice.ts";

const MANY = 8;

function matching({ state, locale }: Ui, services: readonly Service[]): Service[] {
  const sought = state.search.trim().toLocaleLowerCase(locale);
  const words = ({ name, category, description }: Service): string =>
    [name, category, description].join(" ").toLocaleLowerCase(locale);
  return services.filter((service) => words(service).includes(sought));
}

function priceOf(ui: Ui, service: Service): string {
  if (service.price_from === null) return price(ui, service.price);
  return ui.say(Phrase.from, { price: price(ui, service.price_from) });
}

const picture = ({ picture: source }: Service): View =>
  source ? html`<img class="picture" src=${source} alt="" loading="lazy" width="56" height="56" />` : nothing;

const card = (ui: Ui, service: Service): View =>
  choice({
    name: service.name,
    line: service.description,
    note: minutes(ui, service.duration_minutes),
    side: priceOf(ui, service),
    media: picture(service),
    chosen: ui.state.visit.items.some(({ service: id }) => id === service.id),
    choose: () => {
      ui.send({ type: "service", value: service.id });
    },
  });

const searchField = (ui: Ui): View =>
  html`<input
    class="search"
    type="search"
    aria-label=${ui.say(Phrase.searchServices)}
    placeholder=${ui.say(Phrase.searchServices)}
    .value=${ui.state.search}
    @input=${(event: InputEvent) => {
      ui.send({ type: "search", value: (event.target as HTMLInputElement).value });
    }}
  />`;

export function serviceStep(ui: Ui): View {
  const { state, say } = ui;
  const chosen = state.adding ? state.visit.items.map(({ service }) => service) : [];
  const all = servicesOf(state).filter(({ id }) => !chosen.includes(id));
  const found = matching(ui, all);
  const categories = [...new Set(found.map(({ category }) => category ?? ""))];
  return html`${all.length > MANY ? searchField(ui) : nothing}
  ${categories.map(
    (category) => html`
      ${categories.length > 1 ? html`<h3>${category || say(Phrase.otherServices)}</h3>` : nothing}
      <ul class="choices" part="list">
        ${found.filter((service) => (service.category ?? "") === category).map((service) => card(ui, service))}
      </ul>
    `,
  )}
  ${found.length === 0 ? html`<p class="empty">${say(Phrase.noMatch, { text: state.search })}</p>` : nothing}`;
}
