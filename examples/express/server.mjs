// Sends the page, the weights and candidate packs. Every answer is the same for every visitor, so
// a CDN may keep it, and nothing here knows a user.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import compression from "compression";
import express from "express";
import { packMaker } from "pocketrec/packs";

const PACKAGE = fileURLToPath(new URL("node_modules/pocketrec", import.meta.url));
const MODEL = `${PACKAGE}/examples/first/books.safetensors`;
const TODAY = [
  ...["Orbit of Glass", "Cold Engines", "Seven Suns Over Harrow", "Salvage at Perihelion"],
  ...["Poison and Marmalade", "Evidence of Snow", "One Glove", "The Third Alibi"],
  ...["Noodles at Midnight", "The Honey Table", "Twelve Soups of Winter", "Storm Glass"],
];

const pack = packMaker(await readFile(MODEL)).pack(TODAY); // once: it is the same for everyone

const app = express();
app.use(compression());
app.use(express.static("public"));
app.use("/pocketrec", express.static(`${PACKAGE}/dist`, { maxAge: "1h" }));
app.get("/books.safetensors", (_request, response) => response.sendFile(MODEL, { maxAge: "1h" }));
app.get("/candidates", (_request, response) => {
  response.set("Cache-Control", "public, max-age=300").type("application/octet-stream");
  response.send(Buffer.from(pack)); // Express adds an ETag
});

const { PORT = 8080 } = process.env;
app.listen(PORT, () => console.log(`http://localhost:${PORT}`));
