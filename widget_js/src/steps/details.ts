/** Who is coming: the fields of the API, those of the business, note, coupon and consent. */
import { html, nothing } from "lit/html.js";
import { customFields } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import type { CustomField } from "../types.ts";
import { type Ui, type View, price } from "../ui.ts";

interface Field {
  path: string;
  label: string;
  type: string;
  required: boolean;
  autocomplete?: string;
  options?: readonly string[] | null;
}

const idOf = (path: string): string => `f-${path.replaceAll(".", "-")}`;

const errorOf = ({ state }: Ui, path: string): string => (state.errors[path] ?? []).join(" ");

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const typing =
  ({ send }: Ui, path: string) =>
  (event: Event): void => {
    const control = event.target as Control;
    const ticked = control.type === "checkbox" ? (control as HTMLInputElement).checked : null;
    send({ type: "field", path, value: ticked === null ? control.value : ticked ? "true" : "" });
  };

function control(ui: Ui, { path, type, required, autocomplete, options }: Field): View {
  const value = ui.state.form[path] ?? "";
  const invalid = errorOf(ui, path) ? "true" : nothing;
  const described = invalid === nothing ? nothing : `${idOf(path)}-error`;
  const asked = required ? "true" : nothing;
  if (type === "select")
    return html`<select
      id=${idOf(path)}
      aria-required=${asked}
      aria-invalid=${invalid}
      aria-describedby=${described}
      @change=${typing(ui, path)}
    >
      <option value="">${ui.say(Phrase.choose)}</option>
      ${(options ?? []).map((option) => html`<option ?selected=${option === value}>${option}</option>`)}
    </select>`;
  if (type === "textarea")
    return html`<textarea
      id=${idOf(path)}
      rows="3"
      aria-required=${asked}
      aria-invalid=${invalid}
      aria-describedby=${described}
      .value=${value}
      @input=${typing(ui, path)}
    ></textarea>`;
  return html`<input
    id=${idOf(path)}
    type=${type}
    autocomplete=${autocomplete ?? nothing}
    aria-required=${asked}
    aria-invalid=${invalid}
    aria-describedby=${described}
    .checked=${value === "true"}
    .value=${value}
    @input=${typing(ui, path)}
  />`;
}

function field(ui: Ui, given: Field): View {
  const { path, label, type, required } = given;
  const error = errorOf(ui, path);
  const name = html`<label for=${idOf(path)}
    >${label}${required ? nothing : html` <span class="note">(${ui.say(Phrase.optional)})</span>`}</label
  >`;
  const box = type === "checkbox";
  return html`<div class=${box ? "field tick" : type === "textarea" ? "field wide" : "field"} part="field">
    ${box ? [control(ui, given), name] : [name, control(ui, given)]}
    ${error ? html`<p class="error" id="${idOf(path)}-error">${error}</p>` : nothing}
  </div>`;
}

const TYPES: Readonly<Record<string, string>> = {
  textarea: "textarea",
  checkbox: "checkbox",
  boolean: "checkbox",
  select: "select",
  radio: "select",
  number: "number",
  date: "date",
  url: "url",
};

const custom = ({ id, label, type, required, options }: CustomField): Field => ({
  path: `custom_fields.${id}`,
  label,
  type: options ? "select" : (TYPES[type] ?? "text"),
  required,
  options,
});

function fieldsOf({ state, say }: Ui): Field[] {
  const { consent_text: consent } = state.business.features;
  const person = (name: string, phrase: Phrase, type: string, autocomplete: string): Field => ({
    path: `customer.${name}`,
    label: say(phrase),
    type,
    autocomplete,
    required: name !== "phone",
  });
  return [
    person("first_name", Phrase.firstName, "text", "given-name"),
    person("last_name", Phrase.lastName, "text", "family-name"),
    person("email", Phrase.email, "email", "email"),
    person("phone", Phrase.phone, "tel", "tel"),
    ...customFields(state).map(custom),
    { path: "note", label: say(Phrase.note), type: "textarea", required: false },
    ...(consent ? [{ path: "consent", label: consent, type: "checkbox", required: true }] : []),
  ];
}

function coupon(ui: Ui): View {
  const { state, say, act } = ui;
  if (!state.business.features.coupons || state.options.locked.includes("coupon")) return nothing;
  return html`<div class="coupon">
    ${field(ui, { path: "coupon", label: say(Phrase.coupon), type: "text", required: false })}
    <button type="button" class="secondary" @click=${act.applyCoupon}>${say(Phrase.apply)}</button>
    ${state.discount === null ? nothing : html`<p class="good">${say(Phrase.discount)}: −${price(ui, state.discount)}</p>`}
  </div>`;
}

/** All that is wrong, each with a way to its field. */
function faults(ui: Ui, fields: readonly Field[]): View {
  const wrong = fields.filter(({ path }) => errorOf(ui, path));
  if (wrong.length === 0) return nothing;
  return html`<div class="alert" part="alert" role="alert">
    <div class="grow">
      <b>${ui.say(Phrase.mend)}</b>
      <ul>
        ${wrong.map(
          ({ path, label }) =>
            html`<li>
              <button
                type="button"
                class="link"
                @click=${() => {
                  ui.act.focus(path);
                }}
              >
                ${label}
              </button>
            </li>`,
        )}
      </ul>
    </div>
  </div>`;
}

export function detailsStep(ui: Ui): View {
  const fields = fieldsOf(ui);
  return html`<form
    novalidate
    @submit=${(event: Event) => {
      event.preventDefault();
      ui.act.check();
    }}
  >
    ${faults(ui, fields)}
    <div class="fields">${fields.map((each) => field(ui, each))}</div>
    ${coupon(ui)}
    <div class="actions">
      <button class="primary" part="submit">${ui.say(Phrase.next)}</button>
    </div>
  </form>`;
}
