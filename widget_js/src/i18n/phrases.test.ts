import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Phrase } from "./keys.ts";
import ar from "./languages/ar.ts";
import de from "./languages/de.ts";
import en from "./languages/en.ts";
import es from "./languages/es.ts";
import fr from "./languages/fr.ts";
import he from "./languages/he.ts";
import it from "./languages/it.ts";
import ja from "./languages/ja.ts";
import nl from "./languages/nl.ts";
import pl from "./languages/pl.ts";
import pt from "./languages/pt.ts";
import sv from "./languages/sv.ts";
import tr from "./languages/tr.ts";
import uk from "./languages/uk.ts";
import { speaker } from "./phrases.ts";

const languages = { ar, de, en, es, fr, he, it, ja, nl, pl, pt, sv, tr, uk };
const names = Object.keys(en) as (keyof typeof en)[];
const list = (texts: typeof en): string[] => names.map((name) => texts[name]);
const say = (language: keyof typeof languages) => speaker(list(languages[language]), language);
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();

test("every language is here and tested", () => {
  const files = readdirSync("src/i18n/languages").map((name) => name.replace(".ts", ""));
  assert.deepEqual(Object.keys(languages), files.sort());
});

test("the phrases stand in the order of their numbers", () => {
  assert.deepEqual(
    names,
    Object.keys(Phrase).filter((key) => Number.isNaN(Number(key))),
  );
});

test("every phrase is used", () => {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const code = sources.map((name) => readFileSync(`src/${name}`, "utf8")).join();
  assert.deepEqual(
    [],
    names.filter((name) => !code.includes(`Phrase.${name}`)),
  );
});

for (const [language, texts] of Object.entries(languages)) {
  test(`${language} has every phrase, with its values`, () => {
    for (const name of names) {
      assert.notEqual("", texts[name].trim(), name);
      const values = placeholders(texts[name]);
      if (!texts[name].includes("other:")) assert.deepEqual(placeholders(en[name]), values, name);
    }
  });

  test(`${language} has a form for every number`, () => {
    const rules = new Intl.PluralRules(language);
    for (const name of names.filter((each) => en[each].includes("other:"))) {
      assert.match(texts[name], /(^|\|)other:[^|]+$/, name);
      const needed = new Set(Array.from({ length: 200 }, (_, n) => rules.select(n + 1)));
      for (const category of needed) assert.match(texts[name], new RegExp(`(^|\\|)${category}:`), name);
    }
  });
}

test("values are filled in, numbers as the locale writes them", () => {
  assert.equal("Step 2 of 7", say("en")(Phrase.stepOf, { n: 2, total: 7 }));
  assert.equal("الخطوة ٢ من ٧", speaker(list(ar), "ar-EG")(Phrase.stepOf, { n: 2, total: 7 }));
});

test("plurals follow the language", () => {
  assert.deepEqual(
    ["1 person", "2 people"],
    [1, 2].map((n) => say("en")(Phrase.people, { n })),
  );
  assert.deepEqual(
    ["1 osoba", "2 osoby", "5 osób", "22 osoby"],
    [1, 2, 5, 22].map((n) => say("pl")(Phrase.people, { n })),
  );
  assert.deepEqual(
    ["1名", "2名"],
    [1, 2].map((n) => say("ja")(Phrase.people, { n })),
  );
});

test("what a value contains is not looked into", () => {
  assert.equal("No service matches “{text} other:|”.", say("en")(Phrase.noMatch, { text: "{text} other:|" }));
});
