// Builds the widget into dist/: the loader v1.js (mutable), chunk-HASH.js and i18n/LANG-HASH.js (immutable)
// and manifest.json, which names them all. Needs the run-time dependencies only.
import { createHash } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { buildChunks, hash, optionsOfCode, options } from "./build/chunks.mjs";
import { phraseNames, sources } from "./build/plugins.mjs";

const dist = new URL("dist/", import.meta.url);
const languageFolder = new URL("src/i18n/languages/", import.meta.url);

/** The texts of each language as a list in the order of the phrases, which the code knows by number. */
async function buildLanguages() {
  const files = (await readdir(languageFolder)).filter((name) => name.endsWith(".ts")).sort();
  const contents = files.map((file, i) => `export{default as l${i}}from"./${file}";`).join("");
  const stdin = { contents, resolveDir: languageFolder.pathname, loader: "ts" };
  const { outputFiles } = await esbuild.build({ ...options, stdin });
  const texts = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`
  );
  const all = files.map((file, i) => ({
    language: file.replace(".ts", ""),
    // one text a line: shorter than a list of strings
    text: `export default\`${phraseNames.map((name) => texts[`l${i}`][name]).join("\n")}\`.split("\\n")`,
  }));
  // one hash for all: the loader has no room for one each
  const version = hash(all.map(({ text }) => text).join());
  return all.map(({ language, text }) => ({
    language,
    version,
    name: `i18n/${language}-${version}.js`,
    text,
  }));
}

async function buildLoader(chunks, languages) {
  const define = {
    FIRST: JSON.stringify(chunks.first.name),
    LATER: JSON.stringify(chunks.later.name),
    LANGUAGES: JSON.stringify(languages.map(({ language }) => language).join(" ")),
    VERSION: JSON.stringify(languages[0].version),
  };
  const { outputFiles } = await esbuild.build({
    ...optionsOfCode,
    entryPoints: ["src/index.ts"],
    define,
    plugins: [sources],
  });
  return { name: "v1.js", text: outputFiles[0].text };
}

const described = ({ name, text }) => [
  name,
  {
    integrity: `sha384-${createHash("sha384").update(text).digest("base64")}`,
    gzip: gzipSync(text, { level: 9 }).length,
  },
];

async function writeOut({ name, text }) {
  const file = new URL(name, dist);
  await mkdir(new URL("./", file), { recursive: true });
  await writeFile(file, text);
}

const chunks = await buildChunks();
const languages = await buildLanguages();
const loader = await buildLoader(chunks, languages);
const files = [loader, ...Object.values(chunks), ...languages];
const manifest = {
  loader: loader.name,
  entry: chunks.first.name,
  later: chunks.later.name,
  challenge: chunks.challenge.name,
  files: Object.fromEntries(files.map(described)),
  languages: Object.fromEntries(languages.map(({ language, name }) => [language, name])),
};
await rm(dist, { recursive: true, force: true });
for (const file of files) await writeOut(file);
await writeOut({ name: "manifest.json", text: `${JSON.stringify(manifest, null, 2)}\n` });
