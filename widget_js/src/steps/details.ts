/** Who is coming: the fields of the API, those of the business, note, coupon and consent. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { applyCoupon, check, idOf } from "../acts.ts";
import { keepLonger } from "../holds.ts";
import { customFields } from "../request.ts";
import { heldLine } from "./facts.ts";
import { Phrase } from "../i18n/keys.ts";
import type { CustomField } from "../types.ts";
import { type Ui, type View, price } from "../ui.ts";
import { actions, alertBox, button, note, problemBox } from "./parts.ts";

interface Field {
  path: string;
  label: string;
  type?: string;
  required?: boolean;
  autocomplete?: string;
  options?: readonly string[] | null;
}

const errorOf = ({ state }: Ui, path: string): string => (state.errors[path] ?? []).join(" ");

function control(ui: Ui, { path, type = "text", required, autocomplete, options }: Field): TemplateResult {
  const value = ui.state.form[path] ?? "";
  const id = idOf(path);
  const invalid = errorOf(ui, path) ? "true" : nothing;
  const error = `${id}-error`;
  const typed = (event: Event): void => {
    const { checked, value: text } = event.target as HTMLInputElement;
    ui.send("field", { path, text: type === "checkbox" ? (checked ? "true" : "") : text });
    keepLonger(ui);
  };
  if (options)
    return html`<select
      id=${id}
      ?required=${required}
      aria-invalid=${invalid}
      aria-describedby=${error}
      @input=${typed}
    >
      <option value="">${ui.say(Phrase.choose)}</option>
      ${options.map((option) => html`<option ?selected=${option === value}>${option}</option>`)}
    </select>`;
  if (type === "textarea")
    return html`<textarea
      id=${id}
      ?required=${required}
      aria-invalid=${invalid}
      aria-describedby=${error}
      .value=${value}
      @input=${typed}
    ></textarea>`;
  return html`<input
    id=${id}
    ?required=${required}
    aria-invalid=${invalid}
    aria-describedby=${error}
    type=${type}
    autocomplete=${autocomplete ?? nothing}
    .checked=${value === "true"}
    .value=${value}
    @input=${typed}
  />`;
}

function field(ui: Ui, given: Field): TemplateResult {
  const { path, label, type, required } = given;
  const id = idOf(path);
  const name = html`<label for=${id}
    >${label}${required ? nothing : html` <span class="note">(${ui.say(Phrase.optional)})</span>`}</label
  >`;
  return html`<div class="field ${type}" part="field">
    ${type === "checkbox" ? [control(ui, given), name] : [name, control(ui, given)]}
    <p class="error" id="${id}-error">${errorOf(ui, path)}</p>
  </div>`;
}

const TYPES = ["textarea", "checkbox", "number", "date", "url"];

const custom = ({ id, label, type, required, options }: CustomField): Field => ({
  path: `custom_fields.${id}`,
  label,
  type: TYPES.includes(type) ? type : "text",
  required,
  options,
});

function fieldsOf({ state, say }: Ui): Field[] {
  const { consent_text: consent } = state.business.features;
  const person = (name: string, phrase: Phrase, type: string, autocomplete = type): Field => ({
    path: `customer.${name}`,
    label: say(phrase),
    type,
    autocomplete,
    required: name !== "phone",
  });
  return [
    person("first_name", Phrase.firstName, "text", "given-name"),
    person("last_name", Phrase.lastName, "text", "family-name"),
    person("email", Phrase.email, "email"),
    person("phone", Phrase.phone, "tel"),
    ...customFields(state).map(custom),
    { path: "note", label: say(Phrase.note), type: "textarea" },
    ...(consent ? [{ path: "consent", label: consent, type: "checkbox", required: true }] : []),
  ];
}

function coupon(ui: Ui): View {
  const { state, say } = ui;
  if (!state.business.features.coupons || state.options.locked.includes("coupon")) return nothing;
  return html`<div class="coupon">
    ${field(ui, { path: "coupon", label: say(Phrase.coupon) })}
    ${button("secondary", say(Phrase.apply), () => applyCoupon(ui))}
    ${state.discount === null ? nothing : note(`${say(Phrase.discount)}: −${price(ui, state.discount)}`, "good")}
    ${state.problem ? problemBox(ui, state.problem) : nothing}
  </div>`;
}

/** All that is wrong, each with a way to its field. */
function faults(ui: Ui, fields: readonly Field[]): View {
  const wrong = fields.filter(({ path }) => errorOf(ui, path));
  if (wrong.length === 0) return nothing;
  const links = wrong.map(({ path, label }) => {
    const press = (): void => ui.focus(`#${idOf(path)}`);
    return html`<li>${button("link", label, press)}</li>`;
  });
  return alertBox(
    html`<b>${ui.say(Phrase.mend)}</b>
      <ul>
        ${links}
      </ul>`,
  );
}

export function detailsStep(ui: Ui): TemplateResult {
  const fields = fieldsOf(ui);
  return html`<form
    novalidate
    @submit=${(event: Event) => {
      event.preventDefault();
      check(ui);
    }}
  >
    ${heldLine(ui)}${faults(ui, fields)}
    <div class="fields">${fields.map((each) => field(ui, each))}</div>
    ${coupon(ui)}
    ${actions(html`<button class="primary submit" part="primary submit">${ui.say(Phrase.next)}</button>`)}
  </form>`;
}
