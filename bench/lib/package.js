// The package as it is built in this checkout.
const ENTRY = new URL("../../dist/index.node.js", import.meta.url);

/** What `import "pocketrec"` gives in Node. */
export async function importPocketrec() {
  try {
    return await import(ENTRY);
  } catch (error) {
    if (error.code === "ERR_MODULE_NOT_FOUND")
      throw new Error("not built: run ./build.sh", { cause: error });
    throw error;
  }
}
