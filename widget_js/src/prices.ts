/** Money is a decimal string beside a currency; nothing is reckoned with here. */
import { format } from "./formats.ts";

export const isZero = (amount: string): boolean => Number(amount) === 0;

/** “€45”, “€45.50”: the cents stand only where there are any. */
export function formatPrice(amount: string, currency: string, locale: string): string {
  const options = { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" } as const;
  return format(Intl.NumberFormat, locale, options).format(amount as Intl.StringNumericLiteral);
}
