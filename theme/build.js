// Builds the style sheet, the script and the fonts into cms/static/cms/, which is committed.
// build.json holds the hash of every source, so that a test without Node sees a build that was forgotten.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const output = path.join(root, "cms/static/cms");
const modules = path.join(root, "node_modules");
const font = path.join(modules, "@fontsource-variable/atkinson-hyperlegible-next");

const read = (file) => readFileSync(path.join(root, file));
const write = (file, content) => writeFileSync(path.join(output, file), content);

mkdirSync(path.join(output, "fonts"), { recursive: true });

const css = sass.compile(path.join(root, "theme/loket.scss"), { loadPaths: [modules], style: "compressed" }).css;
write("loket.css", `/* Contains govuk-frontend (MIT); see LICENCES.txt. */\n${css}\n`);

const bundle = async (file, format = "esm") => {
  const built = await esbuild.build({
    entryPoints: [path.join(root, file)],
    bundle: true,
    minify: true,
    format,
    target: "es2020",
    legalComments: "none",
    loader: { ".png": "dataurl" },
    write: false,
  });
  return built.outputFiles[0].text;
};

// The library names itself in its error messages; this is not that government's site.
const js = (await bundle("theme/loket.js")).replaceAll("GOV.UK Frontend", "The theme");
write("loket.js", `/* Contains govuk-frontend (MIT); see LICENCES.txt. */\n${js}`);
// In a frame on another website, and on that website itself.
write("embed.js", await bundle("theme/embed.js"));
write("loket-embed.js", await bundle("theme/loket-embed.js", "iife"));

// The map is fetched by those who ask for it only.
for (const file of ["map.js", "map.css"]) {
  write(file, `/* Contains Leaflet (BSD-2-Clause); see LICENCES.txt. */\n${await bundle(`theme/${file}`)}`);
}

for (const style of ["normal", "italic"]) {
  for (const subset of ["latin", "latin-ext"]) {
    const name = `atkinson-hyperlegible-next-${subset}-wght-${style}.woff2`;
    copyFileSync(path.join(font, "files", name), path.join(output, "fonts", name));
  }
}
write(
  "LICENCES.txt",
  [
    "govuk-frontend (in loket.css and loket.js)\n",
    read("theme/licence-govuk-frontend.txt"),
    "\n\nAtkinson Hyperlegible Next (fonts/)\n",
    readFileSync(path.join(font, "LICENSE")),
    "\n\nLeaflet (map.js and map.css)\n",
    readFileSync(path.join(modules, "leaflet", "LICENSE")),
  ].join("\n"),
);

const sources = ["package.json", "package-lock.json"].concat(
  readdirSync(path.join(root, "theme"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join("/")),
);
const hashes = sources.sort().map((file) => [file, createHash("sha256").update(read(file)).digest("hex")]);
write("build.json", `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
