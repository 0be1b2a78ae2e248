// Two chunks: `first` draws the first screen, `later` all that follows. What both need stands in `first` and is
// exported to `later`: one file less to fetch than a bundler's own splitting makes, and smaller. A third one,
// `challenge`, stands by itself: few businesses need it, and `later` fetches it for them.
import { createHash } from "node:crypto";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { lit } from "./lit.mjs";
import { sources, styles } from "./plugins.mjs";

const root = new URL("../", import.meta.url).pathname;

/**
 * Names of properties that never leave our code: in no message, no attribute, no text and no event. They become
 * one letter each (lit has taken O and T for its own).
 */
const INTERNAL =
  "state say send emit visit today adding picking leafed lost business problem booking draw drawn template chosen choose media side below idle pressed change root rtl ends again timer holding server path answer later texts anyone prefill afterRender copy bookingKey solution";
const LETTERS_OF_PROPERTIES = "etonsraicplduhmgfbxyvwkEASCDFGHIJKLMNPQRUVWXYZ";
const internal = INTERNAL.split(" ");
/** What lit's parts and templates call their own; theirs are no objects of ours, so the letters may be the same. */
const PLAIN_OF_LIT = "strings element ctor parts index".split(" ");
const OF_LIT = [
  ..."_$AH _$AI _$AR _$litType$ _$AA _$AB _$AV _$AD _$AC _$litPart$".split(" "),
  ...PLAIN_OF_LIT,
];
const lettered = (names) => names.map((name, i) => [name, LETTERS_OF_PROPERTIES[i]]);

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

/** The texts of languages, whose names may be the same, are built without. */
export const optionsOfCode = {
  ...options,
  mangleProps: new RegExp(`^(${[...internal, ...OF_LIT].join("|").replaceAll("$", "\\$")})$`),
  mangleCache: Object.fromEntries([...lettered(internal), ...lettered(OF_LIT)]),
};

export const hash = (text) => createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();

const plugins = [lit, sources, styles];
const bundle = (more) => esbuild.build({ ...optionsOfCode, plugins, ...more });

/** Ends the build where our code has a property that is called as one of lit's: it would get its letter. */
async function refuseNamesOfLit() {
  const { mangleCache } = await esbuild.build({
    ...options,
    entryPoints: ["src/index.ts", "src/define.ts", "src/later.ts", "src/challenge.ts"],
    outdir: "dist",
    plugins: [sources, styles],
    external: ["lit/*"],
    mangleProps: new RegExp(`^(${PLAIN_OF_LIT.join("|")})$`),
    mangleCache: {},
  });
  const used = Object.keys(mangleCache);
  if (used.length > 0) throw new Error(`lit's name of a property is one of ours, too: ${used.join(", ")}`);
}

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

/**
 * Joins the imports that are used into one, and has `first` export them under the names they have in `later`;
 * {text: given the name of `first`, exported}.
 */
function joinImports(text, known) {
  const body = text.replace(IMPORT, "");
  const pairs = [...text.matchAll(IMPORT)].flatMap(([, list]) =>
    list.split(",").map((pair) => pair.split(" as ")),
  );
  const used = pairs.filter(([, local]) => isUsed(body, local));
  const exported = used.map(([key, local]) => {
    const { name, path } = known[parseInt(key.slice(1))];
    return `export{${name} as ${local}}from${JSON.stringify(path)};`;
  });
  const imported = used.map(([, local]) => local);
  return {
    exported: exported.join(""),
    text: (first) => `import{${imported.join()}}from"./${first}";${body}`,
  };
}

const chunk = (text) => ({ name: `chunk-${hash(text)}.js`, text });

/** {first, later, challenge}: each {name, text}. */
export async function buildChunks() {
  await refuseNamesOfLit();
  const { outputFiles: challengeFiles } = await bundle({ entryPoints: ["src/challenge.ts"] });
  const challenge = chunk(challengeFiles[0].text);
  const known = [];
  const stand = fromFirst(await modulesOfFirst(), known);
  const entry = {
    entryPoints: ["src/later.ts"],
    plugins: [stand, ...plugins],
    define: { CHALLENGE: JSON.stringify(`./${challenge.name}`) },
    external: ["./chunk-*"],
  };
  const { outputFiles: laterFiles } = await bundle(entry);
  const later = joinImports(laterFiles[0].text, known);
  const contents = `export*from"./src/define.ts";${later.exported}`;
  const { outputFiles } = await bundle({ stdin: { contents, resolveDir: root, loader: "js" } });
  const first = chunk(outputFiles[0].text);
  return { first, later: chunk(later.text(first.name)), challenge };
}
