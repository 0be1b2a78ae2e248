/** The services by category, with a search where there are many. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { servicesOf } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import type { Service } from "../types.ts";
import { type Ui, minutes, price } from "../ui.ts";
import { choice, choices, picture, textOf } from "./parts.ts";

const MANY = 8;

const card = (ui: Ui, service: Service): TemplateResult =>
  choice({
    name: service.name,
    line: service.description,
    more: minutes(ui, service.duration_minutes),
    side: service.price_from
      ? ui.say(Phrase.from, { price: price(ui, service.price_from) })
      : price(ui, service.price),
    media: service.picture ? picture(service.picture, "picture") : nothing,
    chosen: ui.state.visit.items.some((item) => item.service === service.id),
    choose: () => ui.send("service", service.id),
  });

const searchField = ({ say, state, send }: Ui): TemplateResult =>
  html`<input
    class="search"
    type="search"
    aria-label=${say(Phrase.searchServices)}
    placeholder=${say(Phrase.searchServices)}
    .value=${state.search ?? ""}
    @input=${(event: Event) => send("search", textOf(event))}
  />`;

export function serviceStep(ui: Ui): TemplateResult {
  const { state, say, locale } = ui;
  const { search = "" } = state;
  const { items } = state.visit;
  const all = servicesOf(state).filter(
    ({ id }) => !state.adding || items.every(({ service }) => service !== id),
  );
  const lower = (text: string): string => text.toLocaleLowerCase(locale);
  const found = all.filter(({ name, category, description }) =>
    lower([name, category, description].join(" ")).includes(lower(search.trim())),
  );
  const categories = [...new Set(found.map(({ category }) => category))];
  return html`${all.length > MANY ? searchField(ui) : nothing}
  ${categories.map(
    (name) =>
      html`${categories.length > 1 ? html`<h3>${name ?? say(Phrase.otherServices)}</h3>` : nothing}${choices(
        found.filter(({ category }) => category === name).map((service) => card(ui, service)),
      )}`,
  )}
  ${found.length === 0 ? html`<p class="empty">${say(Phrase.noMatch, { text: search })}</p>` : nothing}`;
}
