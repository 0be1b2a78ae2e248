/** A card that is a choice: picture, name, a line below, a price at the end. */
import { html, nothing } from "lit/html.js";
import { icon } from "../icons.ts";
import type { View } from "../ui.ts";

export interface Choice {
  name: string;
  line?: string | null | undefined;
  note?: string;
  side?: string;
  media?: View;
  chosen: boolean;
  choose: () => void;
}

export const choice = ({ name, line, note, side, media, chosen, choose }: Choice): View =>
  html`<li>
    <button
      type="button"
      class="choice"
      part="option"
      aria-pressed=${chosen ? "true" : nothing}
      @click=${choose}
    >
      ${media ?? nothing}
      <span class="grow">
        <b>${name}</b>
        ${line ? html`<span class="line">${line}</span>` : nothing}
        ${note ? html`<span class="note">${note}</span>` : nothing}
      </span>
      ${side ? html`<span class="side">${side}</span>` : nothing} ${icon("next", true)}
    </button>
  </li>`;

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 32))
    .join("");

/** A person's picture, or the initials where there is none. */
export const avatar = (name: string, picture: string | null): View =>
  picture
    ? html`<img class="avatar" src=${picture} alt="" loading="lazy" width="44" height="44" />`
    : html`<span class="avatar" aria-hidden="true">${initials(name)}</span>`;
