/** Sums of money, exact to the last digit. */
import { SCALE, toUnits } from "./prices.ts";
import type { Business, Service } from "./types.ts";

const fromUnits = (units: number): string => {
  const digits = String(Math.abs(units)).padStart(SCALE + 1, "0");
  return `${units < 0 ? "-" : ""}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
};

/** The sum of amounts, each taken a number of times. */
export const sum = (amounts: readonly (readonly [amount: string, times: number])[]): string =>
  fromUnits(amounts.reduce((total, [amount, times]) => total + toUnits(amount) * times, 0));

interface Chosen {
  service: number;
  extras: Readonly<Record<number, number>>;
}

/** What the chosen services cost with their extras, or null when any price is unknown or only a lower bound. */
export function total(business: Business, chosen: readonly Chosen[], persons: number): string | null {
  const amounts: [string, number][] = [];
  for (const { service: id, extras } of chosen) {
    const service = business.services.find((candidate) => candidate.id === id);
    if (service?.price == null) return null;
    amounts.push([service.price, persons], ...extrasOf(service, extras));
  }
  return sum(amounts);
}

const extrasOf = (service: Service, quantities: Readonly<Record<number, number>>): [string, number][] =>
  service.extras.map(({ id, price }) => [price ?? "0", quantities[id] ?? 0]);
