/** Fills a language's phrases with values; plurals by the language's own rules. */
import type { Phrase } from "./keys.ts";

export type Values = Readonly<Record<string, string | number>>;
export type Say = (phrase: Phrase, values?: Values) => string;

const FORM = /(zero|one|two|few|many|other):([^|]*)/g;

/** A phrase is a plural when it lists forms; what stands before the first form is common to all. */
function pluralOf(text: string, count: number, rules: Intl.PluralRules): string {
  const forms = new Map([...text.matchAll(FORM)].map(([, category = "", form = ""]) => [category, form]));
  const form = forms.get(rules.select(count)) ?? forms.get("other") ?? "";
  return text.slice(0, text.search(FORM)) + form;
}

/** A speaker of one language: texts in the order of the phrases, numbers and plurals by the locale. */
export function speaker(texts: readonly string[], locale: string): Say {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (phrase, values = {}) => {
    const text = texts[phrase] ?? "";
    const chosen =
      typeof values.n === "number" && text.includes("other:") ? pluralOf(text, values.n, rules) : text;
    return chosen.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };
}
