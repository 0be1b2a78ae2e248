/** Money is a decimal string beside a currency; it is reckoned in whole ten-thousandths, never in fractions. */
/** Digits after the point: more than any currency has. */
export const SCALE = 4;

export const toUnits = (amount: string): number => {
  const [whole = "0", fraction = ""] = amount.replace("-", "").split(".");
  const units = Number(whole + fraction.padEnd(SCALE, "0").slice(0, SCALE));
  return amount.startsWith("-") ? -units : units;
};

export const isZero = (amount: string): boolean => toUnits(amount) === 0;

/** “€45”, “€45.50”: the cents stand only where there are any. */
export function formatPrice(amount: string, currency: string, locale: string): string {
  const options = { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" } as const;
  return new Intl.NumberFormat(locale, options).format(amount as Intl.StringNumericLiteral);
}
