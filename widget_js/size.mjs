// Holds what was built against budget.json (bytes, gzip -9); ends with 1 when anything is over.
import { readFile } from "node:fs/promises";

const read = async (name) => JSON.parse(await readFile(new URL(name, import.meta.url), "utf8"));
const budget = await read(process.argv[2] ?? "budget.json");
const { loader, entry, challenge, files, languages } = await read("dist/manifest.json");
const gzip = (name) => files[name].gzip;
const sum = (names) => names.reduce((total, name) => total + gzip(name), 0);
const texts = Object.values(languages);
// The piece for challenges is fetched only where the business asks for them.
const code = Object.keys(files).filter((name) => ![...texts, challenge].includes(name));
const largest = Math.max(...texts.map(gzip));

const measured = {
  loader: gzip(loader),
  first_screen: sum([loader, entry, languages.en]),
  one_language: sum(code) + largest,
  further_language: largest,
  challenge: gzip(challenge),
};
for (const [name, bytes] of Object.entries(measured)) {
  const over = bytes > budget[name];
  console.log(`${over ? "OVER" : "ok  "} ${name.padEnd(17)} ${String(bytes).padStart(6)} of ${budget[name]}`);
  if (over) process.exitCode = 1;
}
