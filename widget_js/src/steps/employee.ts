/** Who does it: anyone, or one by name. */
import { type TemplateResult, html } from "lit/html.js";
import { employeesOf } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { Ui } from "../ui.ts";
import { choice, choices, picture } from "./parts.ts";

/** The first letters of the first two names. */
const initials = (name: string): string =>
  name
    .split(/\s+/, 2)
    .map(([first]) => first)
    .join("");

export function employeeStep({ state, say, send }: Ui): TemplateResult {
  const { employee } = state.visit;
  const anyone = choice({
    name: say(Phrase.anyone),
    line: say(Phrase.anyoneHint),
    media: icon("people"),
    chosen: employee === null,
    choose: () => send("employee", null),
  });
  const named = employeesOf(state, state.visit).map(({ id, name, picture: source }) =>
    choice({
      name,
      media: source
        ? picture(source, "avatar")
        : html`<span class="avatar" aria-hidden="true">${initials(name)}</span>`,
      chosen: employee === id,
      choose: () => send("employee", id),
    }),
  );
  return choices([anyone, named]);
}
