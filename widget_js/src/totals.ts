/** Sums of money, made in whole ten-thousandths so that no fraction is ever added. */
import type { Visit } from "./state.ts";
import type { Business, Service } from "./types.ts";

const UNITS = 10_000;

/** The sum of amounts, each taken a number of times. */
export const sum = (amounts: readonly (readonly [amount: string, times: number])[]): string =>
  String(
    amounts.reduce((total, [amount, times]) => total + Math.round(Number(amount) * UNITS) * times, 0) / UNITS,
  );

/**
 * What a visit costs with its extras, less a discount: with its employee, or with the cheapest; null when any price is
 * unknown.
 */
export function total(
  business: Business,
  { items, persons, employee }: Visit,
  discount: string | null,
): string | null {
  const amounts: [string, number][] = [[discount ?? "0", -1]];
  for (const { service: id, extras } of items) {
    const service = business.services.find((candidate) => candidate.id === id);
    if (service?.price == null) return null;
    const own = employee == null ? service.price_from : service.prices?.[employee];
    amounts.push([own ?? service.price, persons], ...extrasOf(service, extras));
  }
  return sum(amounts);
}

const extrasOf = (service: Service, quantities: Readonly<Record<number, number>>): [string, number][] =>
  service.extras.map(({ id, price }) => [price ?? "0", quantities[id] ?? 0]);
