/** The month as an ARIA grid with one tab stop; days with open times are marked, the others stay reachable. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import {
  type Day,
  addToMonth,
  firstOf,
  firstWeekday,
  formatDay,
  lastOf,
  LONG_DAY,
  monthOf,
} from "../dates.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import { canLeaf, lastMonth, slotsOf } from "../state.ts";
import type { Ui } from "../ui.ts";
import { dayAfterKey } from "./keys.ts";
import { weekdays, weeksOf } from "./month.ts";

export class MonthGrid {
  /** Where the tab stop is, once the keyboard has moved it. */
  #cursor: Day | null = null;
  #focusNext = false;

  /** The focus follows the cursor into a month that has just been drawn. */
  afterRender(root: ParentNode): void {
    if (!this.#focusNext) return;
    this.#focusNext = false;
    root.querySelector<HTMLElement>('td[tabindex="0"]')?.focus();
  }

  #cursorIn({ state }: Ui): Day {
    const { month, today, day } = state;
    if (this.#cursor !== null && monthOf(this.#cursor) === month) return this.#cursor;
    if (day !== null && monthOf(day) === month) return day;
    const first = slotsOf(state, month)?.days[0]?.date ?? firstOf(month);
    return first < today ? today : first;
  }

  #press(event: KeyboardEvent, ui: Ui): void {
    const { state, locale, rtl, send } = ui;
    const cursor = this.#cursorIn(ui);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#choose(cursor, ui);
      return;
    }
    const bounds = { min: state.today, max: lastOf(lastMonth(state)) };
    const target = dayAfterKey(cursor, event, { rtl, firstWeekday: firstWeekday(locale), ...bounds });
    if (target === null) return;
    event.preventDefault();
    this.#cursor = target;
    this.#focusNext = true;
    send({ type: "month", value: monthOf(target), by: "visitor" });
  }

  #choose(day: Day, { state, send }: Ui): void {
    const open = slotsOf(state, state.month)?.days.some(({ date }) => date === day);
    if (!open) return;
    this.#cursor = day;
    send({ type: "day", value: day });
  }

  #cell(day: Day, ui: Ui): TemplateResult {
    const { state, say, locale } = ui;
    const count = slotsOf(state, state.month)?.days.find(({ date }) => date === day)?.slots.length ?? 0;
    const name = formatDay(day, locale, LONG_DAY);
    return html`<td
      role="gridcell"
      part=${count > 0 ? "day day-open" : "day"}
      tabindex=${day === this.#cursorIn(ui) ? "0" : "-1"}
      aria-label=${count > 0 ? say(Phrase.dayFree, { day: name, n: count }) : say(Phrase.dayFull, { day: name })}
      aria-selected=${day === state.day ? "true" : "false"}
      aria-disabled=${count > 0 ? nothing : "true"}
      aria-current=${day === state.today ? "date" : nothing}
      data-date=${day}
      @click=${() => {
        this.#choose(day, ui);
      }}
    >
      <span class="day">${formatDay(day, locale, { day: "numeric" }).replace(/[^\p{N}]/gu, "")}</span>
    </td>`;
  }

  #leaf(by: -1 | 1, ui: Ui): TemplateResult {
    const { state, say, send } = ui;
    const possible = canLeaf(state, by);
    return html`<button
      type="button"
      class="round"
      aria-label=${say(by < 0 ? Phrase.previousMonth : Phrase.nextMonth)}
      aria-disabled=${possible ? nothing : "true"}
      @click=${() => {
        if (possible) send({ type: "month", value: addToMonth(state.month, by), by: "visitor" });
      }}
    >
      ${icon(by < 0 ? "back" : "next", true)}
    </button>`;
  }

  render(ui: Ui): TemplateResult {
    const { state, locale } = ui;
    const start = firstWeekday(locale);
    const loading = !(typeof state.slots[state.month] === "object");
    return html`<div class="calendar" part="calendar">
      <div class="month">
        <h3 id="month" aria-live="polite">
          ${formatDay(firstOf(state.month), locale, { month: "long", year: "numeric" })}
        </h3>
        ${this.#leaf(-1, ui)}${this.#leaf(1, ui)}
      </div>
      <table
        role="grid"
        aria-labelledby="month"
        aria-busy=${loading ? "true" : nothing}
        @keydown=${(event: KeyboardEvent) => {
          this.#press(event, ui);
        }}
      >
        <thead>
          <tr>
            ${weekdays(start).map(
              (day) =>
                html`<th scope="col" abbr=${formatDay(day, locale, { weekday: "long" })}>
                  ${formatDay(day, locale, { weekday: "short" })}
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${weeksOf(state.month, start).map(
            (week) =>
              html`<tr>
                ${week.map((day) => (day === null ? html`<td role="gridcell"></td>` : this.#cell(day, ui)))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}
