const file = "pocketrec.js";
// What `import "pocketrec"` means in Node.
const ENTRY = "../../dist/index.node.js";

export const peers = [
  { name: "pocketrec", file, pack, load: (parts) => load(parts, "simd128") },
  {
    name: "pocketrec, relaxed SIMD",
    file,
    pack,
    load: (parts) => load(parts, "relaxed"),
    needsRelaxedSimd: true,
  },
];

async function pack(tensors) {
  const { pocketrecFile } = await import("../weights.js");
  return { weights: pocketrecFile(tensors) };
}

async function load({ weights }, simd) {
  const { loadModel } = await importPocketrec();
  const model = await loadModel(weights, { simd });
  let user;
  let lastUserRow = -1;
  return {
    score(userRow, itemRows) {
      if (userRow !== lastUserRow) {
        user = model.user({ id: userRow });
        lastUserRow = userRow;
      }
      return model.score(user, itemRows);
    },
    dispose: () => model.dispose(),
  };
}

/** The package as it lies in this checkout. */
export async function importPocketrec() {
  try {
    return await import(ENTRY);
  } catch (error) {
    if (error.code === "ERR_MODULE_NOT_FOUND")
      throw new Error("build first: ./build.sh", { cause: error });
    throw error;
  }
}
