/** The month beside the open times of the chosen day, in the visitor's zone. */
import { html, nothing } from "lit/html.js";
import type { MonthGrid } from "../calendar/month-grid.ts";
import { LONG_DAY, dayIn, firstOf, formatDay, monthOf, sameClock, zoneName } from "../dates.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import { slotsOf, slotsOfDay } from "../state.ts";
import { groupByPart } from "../times.ts";
import type { Slot } from "../types.ts";
import { type Ui, type View, clock, moment } from "../ui.ts";
import { alertBox } from "./alert.ts";

const timeButton = (ui: Ui, slot: Slot, text: string): View =>
  html`<li>
    <button
      type="button"
      class="time"
      part="time"
      aria-pressed=${ui.state.slot?.start === slot.start ? "true" : nothing}
      @click=${() => {
        ui.send({ type: "slot", value: slot });
      }}
    >
      ${text}
      ${
        slot.places_left !== null && ui.state.visit.items.length > 0 && isGroup(ui)
          ? html`<span class="note">${ui.say(Phrase.placesLeft, { n: slot.places_left })}</span>`
          : nothing
      }
    </button>
  </li>`;

const isGroup = ({ state }: Ui): boolean =>
  state.business.services.some(
    ({ id, capacity }) => id === state.visit.items[0]?.service && capacity.max > 1,
  );

function groups(ui: Ui): View {
  const { state, say } = ui;
  const names = { morning: Phrase.morning, afternoon: Phrase.afternoon, evening: Phrase.evening };
  return html`${groupByPart(slotsOfDay(state), state.zone).map(
    ({ part, slots }) =>
      html`<h4 id=${part}>${say(names[part])}</h4>
        <ul class="times" part="times" aria-labelledby=${part}>
          ${slots.map((slot) => timeButton(ui, slot, clock(ui, slot.start)))}
        </ul>`,
  )}`;
}

/** The month has no open time: where the next one is. */
function nothingFree(ui: Ui): View {
  const { state, say, locale, send } = ui;
  const month = formatDay(firstOf(state.month), locale, { month: "long", year: "numeric" });
  const available = slotsOf(state, state.month)?.next_available ?? null;
  const day = available === null ? null : dayIn(new Date(available), state.zone);
  return html`<p class="empty">${say(Phrase.noTimes, { month })}</p>
    ${
      day === null
        ? nothing
        : html`<button
            type="button"
            class="secondary"
            @click=${() => {
              send({ type: "month", value: monthOf(day), by: "search" });
            }}
          >
            ${say(Phrase.nextFree, { day: formatDay(day, locale, LONG_DAY) })}
          </button>`
    }`;
}

const bones = html`<div class="bones" aria-hidden="true">
  ${Array.from({ length: 9 }, () => html`<span class="bone"></span>`)}
</div>`;

function timesColumn(ui: Ui): View {
  const { state, say, locale, act } = ui;
  const known = state.slots[state.month];
  if (known === undefined || known === "loading") return bones;
  if ("code" in known) return alertBox(ui, known, act.retry);
  if (known.days.length === 0) return nothingFree(ui);
  if (state.day === null) return nothing;
  return html`<h3>${formatDay(state.day, locale, { weekday: "long", day: "numeric", month: "long" })}</h3>
    ${slotsOfDay(state).length === 0 ? html`<p class="empty">${say(Phrase.noTimesOn)}</p>` : groups(ui)}
    ${known.stale ? html`<p class="note">${say(Phrase.stale)}</p>` : nothing}`;
}

function lost(ui: Ui): View {
  const { state, say } = ui;
  if (state.lost === null) return nothing;
  return html`<div class="alert" part="alert" role="alert">
    ${icon("alert")}
    <div class="grow">
      <b>${say(Phrase.taken)}</b>
      <p>${say(Phrase.takenHint)}</p>
      ${
        state.lost.length === 0
          ? nothing
          : html`<h4 id="nearest">${say(Phrase.nearest)}</h4>
              <ul class="nearest" part="alternatives" aria-labelledby="nearest">
                ${state.lost.map((slot) => timeButton(ui, slot, moment(ui, slot.start)))}
              </ul>`
      }
    </div>
  </div>`;
}

function zonePicker({ state, say, send }: Ui): View {
  const zones = [...new Set([state.zone, state.business.timezone, ...Intl.supportedValuesOf("timeZone")])];
  return html`<select
    aria-label=${say(Phrase.zone)}
    @change=${(event: Event) => {
      send({ type: "zone", value: (event.target as HTMLSelectElement).value });
    }}
  >
    ${zones.map(
      (name) =>
        html`<option value=${name} ?selected=${name === state.zone}>${name.replaceAll("_", " ")}</option>`,
    )}
  </select>`;
}

/** The zone the times are in, and the business's in words where its clock shows another time. */
function zoneLine(ui: Ui): View {
  const { state, say, locale, send } = ui;
  const { zone, business, picking } = state;
  const now = new Date(slotsOfDay(state)[0]?.start ?? `${state.today}T12:00:00Z`);
  return html`<div class="zone">
    ${icon("globe")}
    <span
      >${say(Phrase.timesIn, { zone: zoneName(zone, locale) })}
      ${
        sameClock(zone, business.timezone, now)
          ? nothing
          : say(Phrase.businessZone, { zone: zoneName(business.timezone, locale) })
      }</span
    >
    <button
      type="button"
      class="link"
      aria-expanded=${picking ? "true" : "false"}
      @click=${() => {
        send({ type: "pick" });
      }}
    >
      ${say(Phrase.changeZone)}
    </button>
    ${picking ? zonePicker(ui) : nothing}
  </div>`;
}

export const timeStep = (ui: Ui, grid: MonthGrid): View =>
  html`${lost(ui)}
    <div class="when">
      <div>${grid.render(ui)}${zoneLine(ui)}</div>
      <section class="column" aria-busy=${ui.state.slots[ui.state.month] === "loading" ? "true" : nothing}>
        ${timesColumn(ui)}
      </section>
    </div>`;
