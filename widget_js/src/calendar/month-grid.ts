/** The month as an ARIA grid with one tab stop; days with open times are marked, the others stay reachable. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { type Day, firstOf, monthOf } from "../dates.ts";
import { Phrase } from "../i18n/keys.ts";
import { icon } from "../icons.ts";
import { leafTo, slotsOf } from "../open-times.ts";
import { lastDay } from "../state.ts";
import { button } from "../steps/parts.ts";
import type { Ui } from "../ui.ts";
import { dayAfterKey } from "./keys.ts";
import { weekdays, weeksOf } from "./month.ts";
import { LONG_DAY, firstWeekday, formatDay, monthName } from "../words.ts";

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
    const first = slotsOf(state)?.days[0]?.date ?? firstOf(month);
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
    const bounds = { min: state.today, max: lastDay(state) };
    const target = dayAfterKey(cursor, event, { rtl, firstWeekday: firstWeekday(locale), ...bounds });
    if (target === null) return;
    event.preventDefault();
    this.#cursor = target;
    this.#focusNext = true;
    send("leaf", monthOf(target));
  }

  #choose(day: Day, { state, send }: Ui): void {
    const open = slotsOf(state)?.days.some(({ date }) => date === day);
    if (!open) return;
    this.#cursor = day;
    send("day", day);
  }

  #cell(day: Day, ui: Ui): TemplateResult {
    const { state, say, locale } = ui;
    const count = slotsOf(state)?.days.find(({ date }) => date === day)?.slots.length ?? 0;
    const name = formatDay(day, locale, LONG_DAY);
    return html`<td
      role="gridcell"
      part=${count > 0 ? "day day-open" : "day"}
      tabindex=${day === this.#cursorIn(ui) ? "0" : "-1"}
      aria-label=${count > 0 ? say(Phrase.dayFree, { day: name, n: count }) : say(Phrase.dayFull, { day: name })}
      aria-selected=${day === state.day}
      aria-disabled=${count > 0 ? nothing : "true"}
      aria-current=${day === state.today ? "date" : nothing}
      data-date=${day}
      @click=${() => this.#choose(day, ui)}
    >
      <span class="day">${formatDay(day, locale, { day: "numeric" }).replace(/[^\p{N}]/gu, "")}</span>
    </td>`;
  }

  #leaf(by: -1 | 1, { state, say, send }: Ui): TemplateResult {
    const target = leafTo(state, by);
    return button("round", icon(by < 0 ? "back" : "next"), () => target && send("leaf", target), {
      name: say(by < 0 ? Phrase.previousMonth : Phrase.nextMonth),
      idle: target === null,
    });
  }

  render(ui: Ui): TemplateResult {
    const { state, locale } = ui;
    const start = firstWeekday(locale);
    return html`<div class="calendar" part="calendar">
      <div class="month">
        <h3 id="month" aria-live="polite">${monthName(state.month, locale)}</h3>
        ${this.#leaf(-1, ui)}${this.#leaf(1, ui)}
      </div>
      <table
        role="grid"
        aria-labelledby="month"
        aria-busy=${slotsOf(state) ? nothing : "true"}
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
