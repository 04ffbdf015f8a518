// The documentation as a site. Every page is a Markdown file of this folder, which reads as well
// without the site; `reference/` is made by TypeDoc. A dead link fails the build.
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { defineConfig } from "vitepress";

const docs = fileURLToPath(new URL("..", import.meta.url));

const page = (text, name) => ({ text, link: `/${name}` });

/** The reference's pages of one entry of the package, classes first. */
function referenceOf(entry) {
  const folders = ["classes", "functions", "variables", "type-aliases", "interfaces"];
  return folders.flatMap((folder) => {
    const path = `${docs}reference/${entry}/${folder}`;
    if (!existsSync(path)) return [];
    const names = readdirSync(path).map((file) => file.replace(/\.md$/, ""));
    return names.sort().map((name) => page(name, `reference/${entry}/${folder}/${name}`));
  });
}

const sidebar = [
  {
    text: "Start",
    items: [
      page("Getting started", "getting-started"),
      page("Concepts", "concepts"),
      page("Users and ids", "users"),
      page("Which model when", "which-model"),
      page("Teaching with the demo", "teaching"),
    ],
  },
  {
    text: "Guides",
    items: [
      page("From candidates to a page", "pipeline"),
      page("Retrieval", "retrieval"),
      page("Beyond one machine", "engines"),
      page("History", "history"),
      page("Fast lists", "precision"),
      page("Cache", "cache"),
      page("Worker", "worker"),
      page("Bundlers", "bundlers"),
      page("Runtimes, frameworks, extensions", "runtimes"),
      page("Putting it into production", "production"),
      page("A server for many", "server"),
    ],
  },
  {
    text: "Privacy",
    items: [
      page("Privacy in one page", "privacy-in-one-page"),
      page("Privacy in detail", "privacy"),
      page("Private queries", "private-queries"),
    ],
  },
  {
    text: "Your own models",
    items: [
      page("From PyTorch", "from-pytorch"),
      page("From RecBole", "from-recbole"),
      page("From Keras", "from-keras"),
      page("From ONNX", "from-onnx"),
      page("From implicit, LightFM, Surprise", "from-libraries"),
      page("EASE and ItemKNN", "train"),
      page("Files of interactions", "data"),
      page("Measuring a model", "evaluate"),
      page("What five visitors are shown", "visitors"),
    ],
  },
  {
    text: "Reference",
    items: [
      page("The API in tables", "api"),
      page("Error codes", "errors"),
      page("The file format", "format"),
      page("Reliability", "reliability"),
      page("Releasing", "releasing"),
      ...["pocketrec", "history", "cache", "worker", "packs", "privacy", "hnsw", "engine"].map(
        (entry) => ({
          text: entry === "pocketrec" ? entry : `pocketrec/${entry}`,
          collapsed: true,
          items: referenceOf(entry),
        }),
      ),
    ],
  },
];

export default defineConfig({
  title: "pocketrec",
  description: "Deep-learning recommenders that run on the user's device",
  srcExclude: ["node_modules/**"],
  themeConfig: {
    sidebar,
    nav: [page("Getting started", "getting-started"), page("API", "api")],
    search: { provider: "local" },
    outline: [2, 3],
  },
});
