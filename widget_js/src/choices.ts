/** What there is to choose from at each step, which steps there are, and what follows from a choice. */
import type { Options } from "./options.ts";
import type { State, Step, Visit } from "./state.ts";
import type { Business, Employee, Location, Service } from "./types.ts";

const FLOW: readonly Step[] = ["service", "options", "employee", "location", "time", "details", "review"];
const MOVE: readonly Step[] = ["manage", "time", "review"];

type Known = Pick<State, "business" | "options">;

/** Narrowed to the given ids, where those name any. */
function narrow<T extends { id: number }>(all: readonly T[], ids: readonly number[]): T[] {
  const named = all.filter(({ id }) => ids.includes(id));
  return named.length > 0 ? named : [...all];
}

const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

export const servicesOf = ({ business, options }: Known): Service[] =>
  narrow(business.services, options.service);

export const chosenServices = (business: Business, { items }: Visit): Service[] =>
  items.flatMap(({ service }) => business.services.find(({ id }) => id === service) ?? []);

/** Who does all the chosen services, as far as the site allows them. */
export function employeesOf({ business, options }: Known, visit: Visit): Employee[] {
  const services = chosenServices(business, visit);
  const able = business.employees.filter(({ id }) =>
    services.every(({ employees }) => employees.includes(id)),
  );
  return narrow(able, options.employee);
}

/** Where all the chosen services are done, by the chosen employee or by anyone. */
export function locationsOf(known: Known, visit: Visit): Location[] {
  const { business, options } = known;
  const services = chosenServices(business, visit);
  const employees = employeesOf(known, visit).filter(
    ({ id }) => visit.employee == null || id === visit.employee,
  );
  const possible = business.locations.filter(
    ({ id }) =>
      services.every(({ locations }) => locations.includes(id)) &&
      (employees.length === 0 || employees.some(({ locations }) => locations.includes(id))),
  );
  return narrow(possible, options.location);
}

export function personsOf(business: Business, visit: Visit): { min: number; max: number } {
  const capacities = chosenServices(business, visit).map(({ capacity }) => capacity);
  const max = Math.max(1, Math.min(...capacities.map((capacity) => capacity.max)));
  const min = Math.max(1, ...capacities.map((capacity) => (capacity.allow_below_min ? 1 : capacity.min)));
  return { min: Math.min(min, max), max };
}

const hasOptions = (business: Business, visit: Visit): boolean =>
  personsOf(business, visit).max > 1 ||
  chosenServices(business, visit).some(({ extras }) => extras.length > 0);

export function firstVisit(business: Business, options: Options): Visit {
  const known = { business, options };
  const service = only(servicesOf(known));
  const visit: Visit = {
    items: service ? [{ service: service.id, extras: {} }] : [],
    employee: options.anyone ? null : undefined,
    location: null,
    persons: options.persons,
  };
  return settle(known, visit);
}

/** Keeps what still fits and fills in what has one choice. */
export function settle(known: Known, visit: Visit): Visit {
  if (visit.items.length === 0) return visit;
  const employees = employeesOf(known, visit);
  const fits = visit.employee === null || employees.some(({ id }) => id === visit.employee);
  const employee =
    employees.length === 0 ? null : (only(employees)?.id ?? (fits ? visit.employee : undefined));
  const locations = locationsOf(known, { ...visit, employee });
  const kept = locations.find(({ id }) => id === visit.location);
  const { min, max } = personsOf(known.business, visit);
  return {
    ...visit,
    employee,
    location: only(locations)?.id ?? kept?.id ?? null,
    persons: Math.min(Math.max(visit.persons, min), max),
  };
}

/** One choice of the site's is not shown when locked; otherwise it is made but can be changed. */
function isShown(state: State, step: Step): boolean {
  const { business, options, visit, adding } = state;
  const locked = options.locked.includes(step);
  if (step === "service") return adding || (locked ? servicesOf(state) : business.services).length > 1;
  if (["time", "details", "review"].includes(step)) return true;
  if (visit.items.length === 0) return false;
  if (step === "options") return hasOptions(business, visit);
  return step === "location"
    ? locationsOf(state, visit).length > 1
    : !(locked && visit.employee !== undefined) && employeesOf(state, visit).length > 1;
}

/** The steps of this visit, in order. */
export const stepsOf = (state: State): Step[] =>
  state.manage === null ? FLOW.filter((step) => isShown(state, step)) : [...MOVE];

/** The first step at which something is left to choose. */
export function firstOpenStep(state: State): Step {
  const { items, employee, location } = state.visit;
  const made: Partial<Record<Step, boolean>> = {
    service: items.length > 0,
    employee: employee !== undefined,
    location: location !== null,
  };
  return stepsOf(state).find((step) => !made[step]) ?? "time";
}

export function stepAfter(state: State): Step {
  const steps = stepsOf(state);
  return steps[steps.indexOf(state.step) + 1] ?? state.step;
}

/** The step before, or null at the first. */
export function stepBack(state: State): Step | null {
  if (state.adding) return "time";
  const steps = stepsOf(state);
  return steps[steps.indexOf(state.step) - 1] ?? null;
}
