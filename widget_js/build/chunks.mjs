// Two chunks: `first` draws the first screen, `later` all that follows. What both need stands in `first` and is
// exported under short names: one file less to fetch than a bundler's own splitting makes, and smaller.
import { createHash } from "node:crypto";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { sources, styles } from "./plugins.mjs";

const root = new URL("../", import.meta.url).pathname;

export const options = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  write: false,
  absWorkingDir: root,
};

export const hash = (text) => createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();

const plugins = [sources, styles];
const bundle = (more) => esbuild.build({ ...options, plugins, ...more });

/** The modules of `first`, each with the names it exports. */
async function modulesOfFirst() {
  const { metafile } = await bundle({ entryPoints: ["src/define.ts"], metafile: true });
  const entryPoints = Object.keys(metafile.inputs).filter(
    (file) => file.startsWith("src/") && file.endsWith(".ts"),
  );
  entryPoints.push("lit/html.js");
  const { metafile: each } = await bundle({ entryPoints, outdir: "dist", metafile: true });
  const outputs = Object.values(each.outputs).map(({ entryPoint, exports }) => [
    join(root, entryPoint),
    exports,
  ]);
  return new Map(outputs);
}

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const shortName = (number) => (number >= LETTERS.length ? "_" : "") + LETTERS[number % LETTERS.length];

/** Stands for the modules of `first` in `later`: what is taken from them is noted down in `taken`. */
const fromFirst = (modules, known) => ({
  name: "from-first",
  setup(build) {
    build.onResolve({ filter: /^first$/ }, () => ({ path: "first", external: true }));
    build.onLoad({ filter: /./ }, ({ path }) => {
      const names = modules.get(path);
      if (!names) return null;
      const specifiers = names.map((name) => `${known.push({ name, path }) - 1}_ as ${name}`);
      return { contents: `export{_${specifiers.join(",_")}}from"first"`, loader: "js" };
    });
  },
});

const IMPORT = /import\{([^}]*)\}from"first";/g;

const isUsed = (text, local) =>
  new RegExp(`(?<![\\w$.])${local.replaceAll("$", "\\$")}(?![\\w$])`).test(text);

/** Joins the imports that are used into one, under short names; {text: given the name of `first`, exported}. */
function joinImports(text, known) {
  const body = text.replace(IMPORT, "");
  const pairs = [...text.matchAll(IMPORT)].flatMap(([, list]) =>
    list.split(",").map((pair) => pair.split(" as ")),
  );
  const used = pairs.filter(([, local]) => isUsed(body, local));
  const exported = used.map(([key], i) => {
    const { name, path } = known[parseInt(key.slice(1))];
    return `export{${name} as ${shortName(i)}}from${JSON.stringify(path)};`;
  });
  const imported = used.map(([, local], i) =>
    local === shortName(i) ? local : `${shortName(i)} as ${local}`,
  );
  return {
    exported: exported.join(""),
    text: (first) => `import{${imported.join()}}from"./${first}";${body}`,
  };
}

const chunk = (text) => ({ name: `chunk-${hash(text)}.js`, text });

/** {first, later}: each {name, text}. */
export async function buildChunks() {
  const known = [];
  const stand = fromFirst(await modulesOfFirst(), known);
  const entry = { entryPoints: ["src/later.ts"], plugins: [stand, ...plugins] };
  const { outputFiles: laterFiles } = await bundle(entry);
  const later = joinImports(laterFiles[0].text, known);
  const contents = `export*from"./src/define.ts";${later.exported}`;
  const { outputFiles } = await bundle({ stdin: { contents, resolveDir: root, loader: "js" } });
  const first = chunk(outputFiles[0].text);
  return { first, later: chunk(later.text(first.name)) };
}
