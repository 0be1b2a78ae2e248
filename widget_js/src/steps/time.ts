/** The month beside the open times of the chosen day, in the visitor's zone. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import type { MonthGrid } from "../calendar/month-grid.ts";
import { chosenServices } from "../choices.ts";
import { dayIn } from "../dates.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import { isOld, slotsOf, slotsOfDay } from "../open-times.ts";
import { groupByPart } from "../times.ts";
import type { Slot } from "../types.ts";
import { type Ui, type View } from "../ui.ts";
import { alertBox, bones, button, note, problemBox, textOf } from "./parts.ts";
import { LONG_DAY, clock, formatDay, moment, monthName, sameClock, zoneName } from "../words.ts";

/** Places are worth a word only where several can come. */
function places({ state, say }: Ui, { places_left: n }: Slot): View {
  const [service] = chosenServices(state.business, state.visit);
  return n !== null && service && service.capacity.max > 1 ? note(say(Phrase.placesLeft, { n })) : nothing;
}

type Text = (ui: Ui, start: string) => string;

const times = (ui: Ui, label: string, heading: Phrase, slots: readonly Slot[], text: Text): TemplateResult =>
  html`<h4 id=${label}>${ui.say(heading)}</h4>
    <ul class="times ${label}" part="times" aria-labelledby=${label}>
      ${slots.map(
        (slot) =>
          html`<li>
            ${button("time", [text(ui, slot.start), places(ui, slot)], () => ui.send("slot", slot), {
              pressed: ui.state.slot?.start === slot.start,
            })}
          </li>`,
      )}
    </ul>`;

const PARTS = { morning: Phrase.morning, afternoon: Phrase.afternoon, evening: Phrase.evening };

/** The month has no open time: where the next one is. */
function nothingFree({ state, say, locale, send }: Ui, next: string | null): TemplateResult {
  const month = monthName(state.month, locale);
  const day = next && dayIn(new Date(next), state.zone);
  return html`<p class="empty">${say(Phrase.noTimes, { month })}</p>
    ${
      day
        ? button("secondary", say(Phrase.nextFree, { day: formatDay(day, locale, LONG_DAY) }), () =>
            send("jump", day),
          )
        : nothing
    }`;
}

function timesColumn(ui: Ui): View {
  const { state, say, locale, send } = ui;
  const { day, zone } = state;
  const answer = state.slots[state.month] ?? "loading";
  if (answer === "loading") return bones(9);
  if ("code" in answer) return problemBox(ui, answer, () => send("zone", zone));
  if (answer.days.length === 0) return nothingFree(ui, answer.next_available);
  if (day === null) return nothing;
  const slots = slotsOfDay(state);
  return html`<h3>${formatDay(day, locale, { weekday: "long", day: "numeric", month: "long" })}</h3>
    ${slots.length === 0 ? html`<p class="empty">${say(Phrase.noTimesOn)}</p>` : nothing}
    ${groupByPart(slots, zone).map(({ part, slots: list }) => times(ui, part, PARTS[part], list, clock))}
    ${note(isOld(answer) && say(Phrase.stale))}`;
}

const lostBox = (ui: Ui, alternatives: readonly Slot[]): TemplateResult =>
  alertBox(
    html`<b>${ui.say(Phrase.taken)}</b>
      <p>${ui.say(Phrase.takenHint)}</p>
      ${alternatives.length > 0 ? times(ui, "nearest", Phrase.nearest, alternatives, moment) : nothing}`,
  );

const zonePicker = ({ state, say, send }: Ui): TemplateResult =>
  html`<select aria-label=${say(Phrase.zone)} @change=${(event: Event) => send("zone", textOf(event))}>
    ${[...new Set([state.zone, state.business.timezone, ...Intl.supportedValuesOf("timeZone")])].map(
      (name) =>
        html`<option value=${name} ?selected=${name === state.zone}>${name.replaceAll("_", " ")}</option>`,
    )}
  </select>`;

/** The zone the times are in, and the business's in words where its clock shows another time. */
function zoneLine(ui: Ui): TemplateResult {
  const { state, say, locale, send } = ui;
  const { zone, business, picking } = state;
  const at = new Date(slotsOfDay(state)[0]?.start ?? state.today);
  const away = !sameClock(zone, business.timezone, at);
  return html`<div class="zone">
    ${icon("globe")}
    <p class="grow">
      ${say(Phrase.zone)}: ${zoneName(zone, locale)}
      ${note(away && say(Phrase.businessZone, { zone: zoneName(business.timezone, locale) }))}
    </p>
    ${button("link", say(Phrase.changeZone), () => send("pick"))} ${picking ? zonePicker(ui) : nothing}
  </div>`;
}

export const timeStep = (ui: Ui, grid: MonthGrid): TemplateResult =>
  html`${ui.state.lost ? lostBox(ui, ui.state.lost) : nothing}
    <div class="when">
      <div>${grid.render(ui)}${zoneLine(ui)}</div>
      <section class="column" aria-busy=${slotsOf(ui.state) ? nothing : "true"}>${timesColumn(ui)}</section>
    </div>`;
