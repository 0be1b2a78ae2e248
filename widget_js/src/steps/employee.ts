/** Who does it: anyone, or one by name. */
import { html } from "lit/html.js";
import { employeesOf } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { Ui, View } from "../ui.ts";
import { avatar, choice } from "./choice.ts";

export function employeeStep({ state, say, send }: Ui): View {
  const { employee } = state.visit;
  const anyone = choice({
    name: say(Phrase.anyone),
    line: say(Phrase.anyoneHint),
    media: html`<span class="avatar">${icon("people")}</span>`,
    chosen: employee === null,
    choose: () => {
      send({ type: "employee", value: null });
    },
  });
  const named = employeesOf(state, state.visit).map(({ id, name, picture }) =>
    choice({
      name,
      media: avatar(name, picture),
      chosen: employee === id,
      choose: () => {
        send({ type: "employee", value: id });
      },
    }),
  );
  return html`<ul class="choices" part="list">
    ${anyone}${named}
  </ul>`;
}
