/**
 * The whole flow as a value and what can happen to it: `reduce(state, type, value)` is pure, knows no DOM and
 * no clock, and never loses what the visitor has typed.
 */
import { type Day, type Month, addDays, dayIn, dayWithin, monthOf } from "./dates.ts";
import * as choices from "./choices.ts";
import type { Options } from "./options.ts";
import type { Booking, Business, Hold, Problem, Slot, Slots } from "./types.ts";

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

export type Errors = Readonly<Record<string, readonly string[]>>;

/** The open times of a month: there, on their way, or refused. */
export type MonthSlots = Slots | "loading" | Problem;

export interface State {
  business: Business;
  options: Options;
  today: Day;
  zone: string;
  step: Step;
  visit: Visit;
  /** A further service is being chosen for the same visit. */
  adding?: boolean;
  search?: string;
  /** The list of time zones is open. */
  picking?: boolean;
  month: Month;
  day: Day | null;
  /** The visitor has leafed through the months; from then on none is chosen for them. */
  leafed?: boolean;
  slots: Readonly<Record<Month, MonthSlots>>;
  slot: Slot | null;
  lost: readonly Slot[] | null;
  hold: Hold | null;
  /** What was typed, by the path the API knows it under; a ticked box is "true". */
  form: Readonly<Record<string, string>>;
  errors: Errors;
  discount: string | null;
  busy: "" | "loading" | "sending" | "processing";
  problem: Problem | null;
  booking: Booking | null;
  /** The token of a booking that is being managed, and what is done to it. */
  manage: string | null;
  change: "" | "moving" | "canceling" | "moved" | "canceled";
}

/** What can happen, each with what it carries. */
export interface Events {
  service: number;
  remove: number;
  add: undefined;
  extra: { service: number; extra: number; quantity: number };
  persons: number;
  employee: number | null;
  location: number;
  next: undefined;
  back: undefined;
  go: Step;
  search: string;
  pick: undefined;
  zone: string;
  leaf: Month;
  jump: Day;
  day: Day;
  slots: { key: string; month: Month; answer: MonthSlots };
  slot: Slot;
  hold: Hold | null;
  field: { path: string; text: string };
  errors: Errors;
  discount: string;
  busy: State["busy"];
  booked: Booking;
  managed: { booking: Booking; change: State["change"] };
  move: undefined;
  refused: Problem;
  restart: undefined;
}

type Patch = Partial<State>;
type Handlers = { [E in keyof Events]: (state: State, value: Events[E]) => Patch };

/** An event with what it carries, as arguments. */
export type Happening = {
  [E in keyof Events]: undefined extends Events[E] ? [event: E] : [event: E, value: Events[E]];
}[keyof Events];

export interface Start {
  business: Business;
  options: Options;
  now: Date;
  zone: string;
}

/** The last day that can be booked. */
export const lastDay = ({ today, business }: Pick<State, "today" | "business">): Day =>
  addDays(today, business.policies.booking_window_days);

/** The flow at its beginning: what is given is chosen, what has one choice is skipped. */
export function begin({ business, options, now, zone }: Start): State {
  const today = dayIn(now, zone);
  const day = dayWithin(options.date ?? "", today, lastDay({ today, business }));
  const state: State = {
    business,
    options: { ...options, date: day },
    today,
    zone,
    step: "manage",
    visit: { items: [], employee: null, location: null, persons: 1 },
    month: monthOf(day ?? today),
    day,
    slots: {},
    slot: null,
    lost: null,
    hold: null,
    form: { ...options.prefill, coupon: options.coupon },
    errors: {},
    discount: null,
    busy: "",
    problem: null,
    booking: null,
    manage: options.manage,
    change: "",
  };
  return options.manage === null ? { ...state, ...fresh(state) } : state;
}

/** What the open times hang on; an answer to another question is dropped. */
export const slotsKey = ({ visit, zone, manage }: State): string => JSON.stringify([visit, zone, manage]);

export const answered = (value: MonthSlots | undefined): Slots | null =>
  typeof value === "object" && "days" in value ? value : null;

/** Another wish: what still fits is kept, the rest is chosen anew, and the times are asked for again. */
function wish(state: State, changed: Partial<Visit>): Patch {
  const visit = choices.settle(state, { ...state.visit, ...changed });
  if (JSON.stringify(visit) === JSON.stringify(state.visit)) return {};
  return { visit, slots: {}, slot: null, lost: null, leafed: false, day: state.options.date };
}

/** On to the step that follows, once the patch is in. */
const forward = (state: State, patch: Patch = {}): Patch => ({
  ...patch,
  step: choices.stepAfter({ ...state, ...patch }),
  problem: null,
  errors: {},
});

function chooseService(state: State, service: number): Patch {
  const { items } = state.visit;
  const same = items.length === 1 && items[0]?.service === service;
  const item = { service, extras: {} };
  const patch = wish(state, { items: state.adding ? [...items, item] : same ? items : [item] });
  return { ...forward(state, patch), adding: false };
}

const withExtra = ({ visit }: State, { service, extra, quantity }: Events["extra"]): Partial<Visit> => ({
  items: visit.items.map((item) =>
    item.service === service ? { ...item, extras: { ...item.extras, [extra]: quantity } } : item,
  ),
});

/** The first open day is found for the visitor, over as many months as it takes. */
function receiveSlots(state: State, { key, month, answer }: Events["slots"]): Patch {
  if (key !== slotsKey(state)) return {};
  const patch: Patch = { slots: { ...state.slots, [month]: answer } };
  const known = answered(answer);
  if (known === null || month !== state.month || state.leafed) return patch;
  const [first] = known.days;
  if (first) return known.days.some(({ date }) => date === state.day) ? patch : { ...patch, day: first.date };
  return known.next_available === null
    ? patch
    : { ...patch, ...jumpTo(dayIn(new Date(known.next_available), state.zone)) };
}

const jumpTo = (day: Day): Patch => ({ month: monthOf(day), day, leafed: false });

function setField({ errors, form, discount }: State, { path, text }: Events["field"]): Patch {
  const others = Object.entries(errors).filter(([name]) => name !== path);
  return {
    form: { ...form, [path]: text },
    errors: Object.fromEntries(others),
    discount: path === "coupon" ? null : discount,
  };
}

/** What stands in the form, by the paths of the API. */
const FIELD = /^(customer|custom_fields|note|coupon|consent)\b/;

/** A refusal leads to where it can be mended: a lost time to the times, a wrong field to the form. */
function refuse({ manage, booking }: State, problem: Problem): Patch {
  const { code, errors, alternatives: lost } = problem;
  // of a link to a booking that never came about there is nothing to choose anew
  const choosing = manage === null || booking !== null;
  if (choosing && ["slot_taken", "not_offered"].includes(code))
    return { busy: "", step: "time", lost, slot: null, slots: {}, leafed: false };
  const mendable = Object.keys(errors).some((path) => FIELD.test(path));
  return mendable ? { busy: "", step: "details", errors } : { busy: "", problem };
}

function fresh(state: State): Patch {
  const visit = choices.firstVisit(state.business, state.options);
  return { visit, step: choices.firstOpenStep({ ...state, visit }) };
}

const handlers: Handlers = {
  service: chooseService,
  remove: (state, service) =>
    wish(state, { items: state.visit.items.filter((item) => item.service !== service) }),
  add: () => ({ adding: true, step: "service" }),
  extra: (state, extra) => wish(state, withExtra(state, extra)),
  persons: (state, persons) => wish(state, { persons }),
  employee: (state, employee) => forward(state, wish(state, { employee })),
  location: (state, location) => forward(state, wish(state, { location })),
  next: (state) => forward(state),
  back: (state) => ({
    step: choices.stepBack(state) ?? state.step,
    adding: false,
    problem: null,
    lost: null,
  }),
  go: (_, step) => ({ step, problem: null, errors: {} }),
  search: (_, search) => ({ search }),
  pick: ({ picking }) => ({ picking: !picking }),
  zone: (_, zone) => ({ zone, picking: false, slots: {}, leafed: false }),
  leaf: (_, month) => ({ month, leafed: true }),
  jump: (_, day) => jumpTo(day),
  day: (_, day) => ({ day, month: monthOf(day), leafed: true }),
  slots: receiveSlots,
  slot: (state, slot) =>
    // Who has lost a time after typing everything need not see the form again.
    state.lost && state.form["customer.email"]
      ? { slot, lost: null, step: "review" }
      : forward(state, { slot, lost: null }),
  hold: (_, hold) => ({ hold }),
  field: setField,
  errors: (_, errors) => ({ errors }),
  discount: (_, discount) => ({ discount, errors: {} }),
  busy: (_, busy) => ({ busy, problem: null, errors: {} }),
  booked: (_, booking) => ({ busy: "", booking, step: "done", slots: {}, hold: null }),
  managed: (_, managed) => ({ ...managed, busy: "", problem: null, step: "manage" }),
  move: () => ({ change: "moving", step: "time", slots: {}, slot: null, leafed: false, problem: null }),
  refused: refuse,
  // a further visit by the same person: nothing personal is asked twice
  restart: (state) => ({
    ...fresh(state),
    slot: null,
    day: null,
    leafed: false,
    booking: null,
    discount: null,
    form: { ...state.form, note: "", coupon: "" },
  }),
};

export const reduce = (state: State, ...[event, value]: Happening): State => ({
  ...state,
  ...(handlers[event] as (state: State, value: unknown) => Patch)(state, value),
});
