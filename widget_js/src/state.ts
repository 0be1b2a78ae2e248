/**
 * The whole flow as a value and what can happen to it: `reduce(state, action)` is pure, knows no DOM and no
 * clock, and never loses what the visitor has typed.
 */
import { type Day, type Month, addToMonth, dayIn, monthOf } from "./dates.ts";
import * as choices from "./choices.ts";
import type { Options } from "./options.ts";
import type { Booking, Business, Problem, Slot, Slots } from "./types.ts";

export type Step =
  "service" | "options" | "employee" | "location" | "time" | "details" | "review" | "done" | "manage";

export interface Item {
  service: number;
  extras: Readonly<Record<number, number>>;
}

/** What is wanted; every change of it makes the open times be asked for anew. `employee` null means anyone. */
export interface Visit {
  items: readonly Item[];
  employee: number | null | undefined;
  location: number | null;
  persons: number;
}

export interface State {
  business: Business;
  options: Options;
  today: Day;
  zone: string;
  step: Step;
  visit: Visit;
  /** A further service is being chosen for the same visit. */
  adding: boolean;
  search: string;
  /** The list of time zones is open. */
  picking: boolean;
  month: Month;
  day: Day | null;
  /** The visitor has leafed through the months; from then on none is chosen for them. */
  leafed: boolean;
  slots: Readonly<Record<Month, Slots | "loading" | Problem>>;
  slot: Slot | null;
  lost: readonly Slot[] | null;
  /** What was typed, by the path the API knows it under; a ticked box is "true". */
  form: Readonly<Record<string, string>>;
  errors: Readonly<Record<string, readonly string[]>>;
  discount: string | null;
  busy: "" | "sending" | "processing";
  problem: Problem | null;
  booking: Booking | null;
  /** The token of a booking that is being managed, and what is done to it. */
  manage: string | null;
  change: "" | "moving" | "canceling" | "moved" | "canceled";
}

export type Action =
  | { type: "service" | "remove" | "location" | "persons"; value: number }
  | { type: "employee"; value: number | null }
  | { type: "extra"; service: number; extra: number; quantity: number }
  | { type: "add" | "pick" | "back" | "restart" | "move" | "sending" | "processing" }
  | { type: "go"; step: Step }
  | { type: "next" }
  | { type: "zone" | "search"; value: string }
  | { type: "month"; value: Month; by: "visitor" | "search" }
  | { type: "day"; value: Day }
  | { type: "slots"; key: string; month: Month; value: Slots | "loading" | Problem }
  | { type: "slot"; value: Slot }
  | { type: "field"; path: string; value: string }
  | { type: "errors"; value: Readonly<Record<string, readonly string[]>> }
  | { type: "discount"; value: string | null }
  | { type: "booked"; value: Booking }
  | { type: "managed"; value: Booking; change: State["change"] }
  | { type: "refused"; value: Problem };

export interface Start {
  business: Business;
  options: Options;
  now: Date;
  zone: string;
}

/** The flow at its beginning: what is given is chosen, what has one choice is skipped. */
export function begin({ business, options, now, zone }: Start): State {
  const today = dayIn(now, zone);
  const date = options.date !== null && options.date >= today ? options.date : null;
  const state: State = {
    business,
    options,
    today,
    zone,
    step: "service",
    visit: choices.firstVisit(business, options),
    adding: false,
    search: "",
    picking: false,
    month: monthOf(date ?? today),
    day: date,
    leafed: false,
    slots: {},
    slot: null,
    lost: null,
    form: { ...options.prefill, coupon: options.coupon },
    errors: {},
    discount: null,
    busy: "",
    problem: null,
    booking: null,
    manage: options.manage,
    change: "",
  };
  return { ...state, step: options.manage === null ? choices.firstOpenStep(state) : "manage" };
}

/** What the open times hang on; an answer to another question is dropped. */
export const slotsKey = ({ visit, zone, manage }: State): string => JSON.stringify([visit, zone, manage]);

const answered = (value: State["slots"][Month] | undefined): value is Slots =>
  typeof value === "object" && "days" in value;

/** The open times of a month, as far as they are known. */
export function slotsOf(state: State, month: Month): Slots | null {
  const value = state.slots[month];
  return answered(value) ? value : null;
}

/** The open times of the chosen day. */
export const slotsOfDay = (state: State): Slot[] =>
  state.day === null
    ? []
    : (slotsOf(state, monthOf(state.day))?.days.find(({ date }) => date === state.day)?.slots ?? []);

const unchanged = (one: Visit, other: Visit): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Another wish: what still fits is kept, the rest is chosen anew, and the times are asked for again. */
function wish(state: State, visit: Visit): State {
  const settled = choices.settle(state, visit);
  if (unchanged(settled, state.visit)) return state;
  return {
    ...state,
    visit: settled,
    slots: {},
    slot: null,
    lost: null,
    leafed: false,
    day: state.options.date,
  };
}

const forward = (state: State): State => ({
  ...state,
  step: choices.stepAfter(state),
  problem: null,
  errors: {},
});

function chooseService(state: State, service: number): State {
  const item = { service, extras: {} };
  const items = state.adding ? [...state.visit.items, item] : [item];
  const same = !state.adding && state.visit.items.length === 1 && state.visit.items[0]?.service === service;
  return forward({ ...wish(state, same ? state.visit : { ...state.visit, items }), adding: false });
}

function removeService(state: State, service: number): State {
  const items = state.visit.items.filter((item) => item.service !== service);
  return items.length === 0 ? state : wish(state, { ...state.visit, items });
}

function setExtra(state: State, action: Extract<Action, { type: "extra" }>): State {
  const items = state.visit.items.map((item) =>
    item.service === action.service
      ? { ...item, extras: { ...item.extras, [action.extra]: action.quantity } }
      : item,
  );
  return wish(state, { ...state.visit, items });
}

/** The first open day is found for the visitor, over as many months as it takes. */
function receiveSlots(state: State, action: Extract<Action, { type: "slots" }>): State {
  if (action.key !== slotsKey(state)) return state;
  const slots = { ...state.slots, [action.month]: action.value };
  const next = { ...state, slots };
  if (!answered(action.value) || action.month !== state.month) return next;
  const first = action.value.days[0]?.date;
  const open = action.value.days.some(({ date }) => date === state.day);
  if (first !== undefined) return { ...next, day: open || state.leafed ? state.day : first };
  const { next_available: available } = action.value;
  if (available === null || state.leafed) return next;
  return { ...next, month: monthOf(dayIn(new Date(available), state.zone)), day: null };
}

function turnTo(state: State, month: Month, by: "visitor" | "search"): State {
  const day = slotsOf(state, month)?.days[0]?.date ?? null;
  return by === "visitor" ? { ...state, month, leafed: true } : { ...state, month, leafed: false, day };
}

const chooseSlot = (state: State, slot: Slot): State => {
  const chosen = { ...state, slot, lost: null, problem: null };
  const filled = state.lost !== null;
  return { ...chosen, step: filled ? "review" : choices.stepAfter(chosen) };
};

function setField(state: State, path: string, value: string): State {
  const errors = { ...state.errors };
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a copy, by a key that is there or not
  delete errors[path];
  const discount = path === "coupon" ? null : state.discount;
  return { ...state, form: { ...state.form, [path]: value }, errors, discount };
}

/** A refusal leads to where it can be mended: a lost time to the times, a wrong field to the form. */
function refuse(state: State, problem: Problem): State {
  const calm: State = { ...state, busy: "", problem, discount: null };
  if (["slot_taken", "not_offered", "hold_expired"].includes(problem.code))
    return { ...calm, step: "time", lost: problem.alternatives, slot: null, slots: {}, problem: null };
  if (
    state.manage === null &&
    Object.keys(problem.errors).some((path) => choices.fieldPaths(state).includes(path))
  )
    return { ...calm, step: "details", errors: problem.errors };
  return calm;
}

const handlers: { [T in Action["type"]]: (state: State, action: Extract<Action, { type: T }>) => State } = {
  service: (state, { value }) => chooseService(state, value),
  remove: (state, { value }) => removeService(state, value),
  add: (state) => ({ ...state, adding: true, step: "service" }),
  extra: setExtra,
  persons: (state, { value }) => wish(state, { ...state.visit, persons: value }),
  employee: (state, { value }) => forward(wish(state, { ...state.visit, employee: value })),
  location: (state, { value }) => forward(wish(state, { ...state.visit, location: value })),
  next: forward,
  back: (state) => ({ ...state, step: choices.stepBefore(state), adding: false, problem: null, lost: null }),
  go: (state, { step }) => ({ ...state, step, problem: null, errors: {} }),
  search: (state, { value }) => ({ ...state, search: value }),
  pick: (state) => ({ ...state, picking: !state.picking }),
  zone: (state, { value }) => ({ ...state, zone: value, picking: false, slots: {}, leafed: false }),
  month: (state, { value, by }) => turnTo(state, value, by),
  day: (state, { value }) => ({ ...state, day: value, month: monthOf(value), leafed: true }),
  slots: receiveSlots,
  slot: (state, { value }) => chooseSlot(state, value),
  field: (state, { path, value }) => setField(state, path, value),
  errors: (state, { value }) => ({ ...state, errors: value }),
  discount: (state, { value }) => ({ ...state, discount: value }),
  sending: (state) => ({ ...state, busy: "sending", problem: null, errors: {} }),
  processing: (state) => ({ ...state, busy: "processing" }),
  booked: (state, { value }) => ({ ...state, busy: "", booking: value, step: "done", slots: {} }),
  managed: (state, { value, change }) => ({
    ...state,
    busy: "",
    problem: null,
    booking: value,
    change,
    step: "manage",
  }),
  move: (state) => ({
    ...state,
    change: "moving",
    step: "time",
    slots: {},
    slot: null,
    leafed: false,
    problem: null,
  }),
  refused: (state, { value }) => refuse(state, value),
  restart: ({ business, options, today, zone, form }) => ({
    ...begin({ business, options: { ...options, manage: null }, now: new Date(`${today}T12:00:00Z`), zone }),
    today,
    form: { ...form, note: "" },
  }),
};

export const reduce = (state: State, action: Action): State =>
  (handlers[action.type] as (state: State, action: Action) => State)(state, action);

/** The months that can be leafed to: from this one to the end of the booking window. */
export const lastMonth = (state: State): Month =>
  monthOf(
    dayIn(
      new Date(
        Date.parse(`${state.today}T12:00:00Z`) + state.business.policies.booking_window_days * 86_400_000,
      ),
      "UTC",
    ),
  );

export const canLeaf = (state: State, by: -1 | 1): boolean => {
  const target = addToMonth(state.month, by);
  return target >= monthOf(state.today) && target <= lastMonth(state);
};
