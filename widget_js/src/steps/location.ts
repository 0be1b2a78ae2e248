/** Where it is done. */
import type { TemplateResult } from "lit/html.js";
import { locationsOf } from "../choices.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import type { Ui } from "../ui.ts";
import { choice, choices } from "./parts.ts";

export const locationStep = ({ state, say, send }: Ui): TemplateResult =>
  choices(
    locationsOf(state, state.visit).map(({ id, name, address, virtual }) =>
      choice({
        name,
        line: virtual ? say(Phrase.online) : address,
        media: icon(virtual ? "globe" : "pin"),
        chosen: state.visit.location === id,
        choose: () => send("location", id),
      }),
    ),
  );
