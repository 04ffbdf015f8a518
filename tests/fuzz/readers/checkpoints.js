// Conversion: files of PyTorch, numpy, safetensors, ONNX and Keras. What converts must load, with
// the scores that the conversion computed in double precision.
import { convert } from "../../../cli/convert/convert.js";
import { loadModel } from "../../../cli/convert/load-model.js";
import { kerasSeeds } from "./checkpoint-seeds.js";
import { numpySeeds, onnxSeeds, safetensorsSeeds, torchSeeds } from "./checkpoint-seeds.js";
import { mutateBytes } from "../mutate/bytes.js";
import { mutateSafetensors } from "../mutate/safetensors.js";
import { mutateZip } from "../mutate/zip.js";

/** @param {Uint8Array} bytes @param {import("./reader.js").Draws} draws */
async function read(bytes, draws) {
  const kinds = ["autoencoder", "gmf", "item-item"].map((kind) => ({ kind }));
  const options = draws.pick([{}, {}, ...kinds]);
  const { bytes: converted, finished } = await convert([{ name: "case", bytes }], options);
  const verify = (finished.file.description.check ?? []).length > 0;
  const model = await loadModel(converted, { verify, simd: "simd128" });
  model.dispose();
}

/** @type {import("./reader.js").Reader["mutate"]} */
const zipOrBytes = (seed, draws, other) =>
  draws.once(2) ? mutateBytes(seed, draws, other) : mutateZip(seed, draws, other);

/** @type {Record<string, import("./reader.js").Reader>} */
export const checkpoints = {
  torch: { seeds: torchSeeds, mutate: zipOrBytes, read },
  numpy: { seeds: numpySeeds, mutate: zipOrBytes, read },
  safetensors: { seeds: safetensorsSeeds, mutate: mutateSafetensors, read },
  onnx: { seeds: onnxSeeds, mutate: mutateBytes, read },
  // libhdf5 runs in a thread, which a damaged file may occupy until it is ended.
  keras: { seeds: kerasSeeds, mutate: zipOrBytes, read, timeMax: 8000 },
};
