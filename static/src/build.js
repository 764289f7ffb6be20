// Builds static/build/ from static/src/: one stylesheet, one script, and the one line that runs before the page is drawn.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "sass";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = at("../build/");

await mkdir(target, { recursive: true });

const { css } = compile(at("scss/app.scss"), {
  style: "compressed",
  loadPaths: [at("../../node_modules"), at("../../")],
  quietDeps: true,
});
// The libraries point at pictures of theirs (a crest that is not ours to use, icons that no component of ours shows);
// an address that leads nowhere would stop collectstatic.
await writeFile(`${target}app.css`, css.replaceAll(/url\((?!["']?data:)[^)]*\)/g, "none"));

await build({
  entryPoints: [at("js/app.js")],
  outfile: `${target}app.js`,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "none",
});
await copyFile(at("js/enabled.js"), `${target}enabled.js`);
