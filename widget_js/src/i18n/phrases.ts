/** Fills a language's phrases with values; plurals by the language's own rules. */
import type { Phrase } from "./keys.ts";

export type Values = Readonly<Record<string, string | number>>;
export type Say = (phrase: Phrase, values?: Values) => string;

/** The form for a number: that of its category, else the last. */
function pluralOf(text: string, category: string): string {
  const forms = text.split("|");
  const form = forms.find((each) => each.startsWith(`${category}:`)) ?? forms.at(-1) ?? "";
  return form.slice(form.indexOf(":") + 1);
}

/** A speaker of one language: texts in the order of the phrases, numbers and plurals by the locale. */
export function speaker(texts: readonly string[], locale: string): Say {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (phrase, values = {}) => {
    const text = texts[phrase] ?? "";
    const chosen = text.includes("other:") ? pluralOf(text, rules.select(Number(values.n))) : text;
    return chosen.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };
}
