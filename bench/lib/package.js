// The package as it is built in this checkout.
import { ENTRY } from "#platform";

/** What `import "pocketrec"` gives. */
export async function importPocketrec() {
  try {
    return await import(ENTRY);
  } catch (error) {
    if (error.code === "ERR_MODULE_NOT_FOUND")
      throw new Error("not built: run ./build.sh", { cause: error });
    throw error;
  }
}
