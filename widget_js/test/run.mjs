// Bundles every *.test.ts and runs them with Node's own runner, once in each of the zones that have bitten others.
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import * as esbuild from "esbuild";

const root = new URL("../", import.meta.url);
const out = new URL(".test/", root).pathname;
const names = await readdir(new URL("src/", root), { recursive: true });
await rm(out, { recursive: true, force: true });
await esbuild.build({
  entryPoints: names
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => new URL(`src/${name}`, root).pathname),
  outdir: out,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  outExtension: { ".js": ".mjs" },
});
const tests = (await readdir(out, { recursive: true }))
  .filter((name) => name.endsWith(".mjs"))
  .map((name) => out + name);
for (const zone of ["UTC", "Asia/Kolkata", "America/Los_Angeles", "Australia/Lord_Howe"]) {
  console.log(`TZ=${zone}`);
  const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=dot", ...tests], {
    stdio: "inherit",
    env: { ...process.env, TZ: zone },
  });
  if (status !== 0) process.exit(status ?? 1);
}
