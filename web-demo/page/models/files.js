/** The weights that the page can open, by the names of their files. */

/** @typedef {{ file: string, label: string }} ModelFile label: a name, the same in all languages */

/** @type {Record<string, ModelFile>} */
export const FILES = {
  mlp: { file: "mlp", label: "MLP" },
  gmf: { file: "gmf", label: "GMF" },
  neumf: { file: "neumf", label: "NeuMF" },
  ae: { file: "ae", label: "AE" },
  dae: { file: "dae", label: "DAE" },
  "mult-dae": { file: "mult-dae", label: "Mult-DAE" },
  cdae: { file: "cdae", label: "CDAE" },
  autorec: { file: "autorec", label: "U-AutoRec" },
  "autorec-item": { file: "autorec-item", label: "I-AutoRec" },
  candidates: { file: "candidates", label: "Candidate generation" },
  ranker: { file: "ranker", label: "Ranking" },
  "ranker-alone": { file: "ranker-without-films", label: "Ranking" },
  ease: { file: "ease", label: "EASE" },
  ials: { file: "ials", label: "iALS" },
  sasrec: { file: "sasrec", label: "SASRec" },
};

/** The list of all weights, with the SHA-256 of each, relative to the page. */
export const manifestAddress = () => new URL("models/manifest.json", document.baseURI).href;
