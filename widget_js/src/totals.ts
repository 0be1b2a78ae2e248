/** Sums of money, made in whole ten-thousandths so that no fraction is ever added. */
import type { Business, Service } from "./types.ts";

const UNITS = 10_000;

/** The sum of amounts, each taken a number of times. */
export const sum = (amounts: readonly (readonly [amount: string, times: number])[]): string =>
  String(
    amounts.reduce((total, [amount, times]) => total + Math.round(Number(amount) * UNITS) * times, 0) / UNITS,
  );

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
