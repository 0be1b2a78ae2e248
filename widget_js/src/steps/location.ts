/** Where it is done. */
import { html } from "lit/html.js";
import { locationsOf } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { Ui, View } from "../ui.ts";
import { choice } from "./choice.ts";

export const locationStep = ({ state, say, send }: Ui): View =>
  html`<ul class="choices" part="list">
    ${locationsOf(state, state.visit).map(({ id, name, address, virtual }) =>
      choice({
        name,
        line: virtual ? say(Phrase.online) : address,
        media: html`<span class="avatar">${icon(virtual ? "globe" : "pin")}</span>`,
        chosen: state.visit.location === id,
        choose: () => {
          send({ type: "location", value: id });
        },
      }),
    )}
  </ul>`;
