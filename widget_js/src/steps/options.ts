/** How many people come, and the extras of each chosen service. */
import { html, nothing } from "lit/html.js";
import { chosenServices, personsOf } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import type { Extra, Service } from "../types.ts";
import { type Ui, type View, minutes, price } from "../ui.ts";

interface Range {
  name: string;
  line?: string;
  value: number;
  min: number;
  max: number;
  set: (value: number) => void;
}

/** A number with a button on each side; the number itself is announced. */
const stepper = ({ say, locale }: Ui, { name, line, value, min, max, set }: Range): View => {
  const button = (to: number, sign: string, label: string): View =>
    html`<button
      type="button"
      class="round"
      aria-label="${label}: ${name}"
      aria-disabled=${to < min || to > max ? "true" : nothing}
      @click=${() => {
        if (to >= min && to <= max) set(to);
      }}
    >
      ${sign}
    </button>`;
  return html`<li class="row" role="group" aria-label=${name}>
    <span class="grow"><b>${name}</b>${line ? html`<span class="note">${line}</span>` : nothing}</span>
    ${button(value - 1, "−", say(Phrase.fewer))}
    <output>${new Intl.NumberFormat(locale).format(value)}</output>
    ${button(value + 1, "+", say(Phrase.more))}
  </li>`;
};

function extra(
  ui: Ui,
  service: number,
  { id, name, price: amount, duration_minutes: longer, max_quantity: max }: Extra,
): View {
  const value = ui.state.visit.items.find((item) => item.service === service)?.extras[id] ?? 0;
  const line = [longer > 0 ? `+ ${minutes(ui, longer)}` : "", price(ui, amount)].filter(Boolean).join(" · ");
  const set = (quantity: number): void => {
    ui.send({ type: "extra", service, extra: id, quantity });
  };
  if (max > 1) return stepper(ui, { name, line, value, min: 0, max, set });
  return html`<li>
    <label class="row">
      <input
        type="checkbox"
        .checked=${value > 0}
        @change=${(event: Event) => {
          set((event.target as HTMLInputElement).checked ? 1 : 0);
        }}
      />
      <span class="grow"><b>${name}</b><span class="note">${line}</span></span>
    </label>
  </li>`;
}

const extrasOf = (ui: Ui, { id, name, extras }: Service): View =>
  extras.length === 0
    ? nothing
    : html`<h3>${ui.state.visit.items.length > 1 ? name : ui.say(Phrase.extras)}</h3>
        <ul class="rows" part="list">
          ${extras.map((each) => extra(ui, id, each))}
        </ul>`;

export function optionsStep(ui: Ui): View {
  const { state, say, send } = ui;
  const { min, max } = personsOf(state.business, state.visit);
  const set = (value: number): void => {
    send({ type: "persons", value });
  };
  const persons = { name: say(Phrase.persons), value: state.visit.persons, min, max, set };
  return html`${
      max > 1
        ? html`<ul class="rows">
            ${stepper(ui, persons)}
          </ul>`
        : nothing
    }
    ${chosenServices(state.business, state.visit).map((service) => extrasOf(ui, service))}
    <div class="actions">
      <button
        type="button"
        class="primary"
        part="submit"
        @click=${() => {
          send({ type: "next" });
        }}
      >
        ${say(Phrase.next)}
      </button>
    </div>`;
}
