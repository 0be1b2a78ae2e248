// What esbuild is told about our sources.
import { readFile } from "node:fs/promises";
import * as esbuild from "esbuild";

const keysFile = new URL("../src/i18n/keys.ts", import.meta.url);

/** The names of the phrases, in order: the number of a phrase is its place here. */
export const phraseNames = (await readFile(keysFile, "utf8"))
  .match(/(?<=enum Phrase \{)[^}]*/)[0]
  .match(/\w+/g);

const numberPhrases = (source) =>
  source
    .replace(/^import \{ Phrase \} .*$/m, "")
    .replace(/\bPhrase\.(\w+)/g, (_, name) => String(phraseNames.indexOf(name)));

/**
 * Line breaks with indentation stand only inside templates once the source is minified; they cost bytes. Between
 * tags they mean nothing here; between words they are one blank.
 */
const squeeze = (code) =>
  code
    .replace(/(?<=[>}])\n\s+(?=<)|(?<=>)\n\s+(?=\$)/g, "")
    .replace(/\n\s+\/?>/g, ">")
    .replace(/\n\s+/g, " ");

export const sources = {
  name: "sources",
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(numberPhrases(await readFile(path, "utf8")), {
        loader: "ts",
        target: "es2022",
        charset: "utf8",
        minifyWhitespace: true,
        tsconfigRaw: { compilerOptions: { useDefineForClassFields: true, verbatimModuleSyntax: true } },
      });
      return { contents: squeeze(code), loader: "js" };
    });
  },
};

/** A style sheet becomes a string, minified. */
export const styles = {
  name: "styles",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const { code } = await esbuild.transform(text, { loader: "css", minify: true, target: "esnext" });
      // custom properties are left as they are written: the blanks after commas go
      return { contents: code.trim().replace(/(?<=[,:]) /g, ""), loader: "text" };
    });
  },
};
