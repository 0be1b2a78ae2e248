// Builds the widget into dist/: the loader v1.js (mutable), chunk-HASH.js and i18n/LANG-HASH.js (immutable)
// and manifest.json, which names them all. Needs the run-time dependencies only.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = new URL("./", import.meta.url);
const dist = new URL("dist/", root);
const path = (relative) => new URL(relative, root).pathname;
const common = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  write: false,
};

/** Line breaks with indentation stand only inside templates once the source is minified; they cost bytes. */
const squeezeTemplates = {
  name: "squeeze-templates",
  setup(build) {
    build.onLoad({ filter: /widget_js\/src\/.*\.ts$|\/src\/[^:]*\.ts$/ }, async ({ path: file }) => {
      const source = await readFile(file, "utf8");
      const { code } = await esbuild.transform(source, {
        loader: "ts",
        target: "es2022",
        charset: "utf8",
        minifyWhitespace: true,
        tsconfigRaw: { compilerOptions: { useDefineForClassFields: true, verbatimModuleSyntax: true } },
      });
      return { contents: code.replace(/>\n\s+(?=[<$])/g, ">").replace(/\n\s+/g, " "), loader: "js" };
    });
  },
};

/** A style sheet becomes a string, minified. */
const styleText = {
  name: "style-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const { code } = await esbuild.transform(await readFile(file, "utf8"), {
        loader: "css",
        minify: true,
        target: "esnext",
      });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const hash = (text) => createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();

async function writeOut(name, text) {
  const file = new URL(name, dist);
  await mkdir(new URL("./", file), { recursive: true });
  await writeFile(file, text);
}

/** The chunks: [the entry, what it imports at once, then what is fetched later], each {name, text}. */
async function buildChunks() {
  const result = await esbuild.build({
    ...common,
    entryPoints: [path("src/define.ts")],
    outdir: path("dist"),
    splitting: true,
    entryNames: "chunk-[hash]",
    chunkNames: "chunk-[hash]",
    metafile: true,
    plugins: [squeezeTemplates, styleText],
  });
  const outputs = Object.entries(result.metafile.outputs);
  const short = (file) => file.split("/").at(-1);
  const [entry] = outputs.find(([, output]) => output.entryPoint?.endsWith("src/define.ts"));
  const first = [entry];
  for (const file of first) {
    const imports = result.metafile.outputs[file].imports.filter(({ kind }) => kind === "import-statement");
    for (const imported of imports) if (!first.includes(imported.path)) first.push(imported.path);
  }
  return {
    first: first.map(short),
    files: result.outputFiles.map((file) => ({ name: short(file.path), text: file.text })),
  };
}

/** The texts of each language as a list in the order of the keys, which the code knows by number. */
async function buildLanguages() {
  const names = (await readdir(path("src/i18n/languages"))).filter((name) => name.endsWith(".ts")).sort();
  const imports = names.map((name, i) => `import l${i} from "./languages/${name}";`).join("");
  const contents = `${imports}import {Phrase} from "./keys.ts";export {Phrase};export const all=[${names.map((_, i) => `l${i}`)}];`;
  const { outputFiles } = await esbuild.build({
    ...common,
    stdin: { contents, resolveDir: path("src/i18n"), loader: "ts" },
  });
  const { Phrase, all } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`
  );
  const keys = Object.keys(Phrase).filter((key) => Number.isNaN(Number(key)));
  return names.map((name, i) => {
    const text = `export default ${JSON.stringify(keys.map((key) => all[i][key]))}`;
    const language = name.replace(".ts", "");
    return { language, name: `i18n/${language}-${hash(text)}.js`, text };
  });
}

async function buildLoader(first, languages) {
  const hashes = Object.fromEntries(languages.map(({ language, name }) => [language, name.slice(-11, -3)]));
  const { outputFiles } = await esbuild.build({
    ...common,
    entryPoints: [path("src/index.ts")],
    define: { PIECES: JSON.stringify(first), LANGUAGES: JSON.stringify(hashes) },
    plugins: [squeezeTemplates],
  });
  return outputFiles[0].text;
}

const describe = (text) => ({
  integrity: `sha384-${createHash("sha384").update(text).digest("base64")}`,
  gzip: gzipSync(text, { level: 9 }).length,
});

await rm(dist, { recursive: true, force: true });
const { first, files } = await buildChunks();
const languages = await buildLanguages();
const loader = await buildLoader(first, languages);
await writeOut("v1.js", loader);
for (const { name, text } of [...files, ...languages]) await writeOut(name, text);
const manifest = {
  loader: "v1.js",
  entry: first[0],
  first,
  files: Object.fromEntries(
    [{ name: "v1.js", text: loader }, ...files, ...languages].map(({ name, text }) => [name, describe(text)]),
  ),
  languages: Object.fromEntries(languages.map(({ language, name }) => [language, name])),
};
await writeOut("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
