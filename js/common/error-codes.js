/**
 * The values of `error.code`. They are stable: an app may switch on them. docs/errors.md is this
 * list; no bundle holds it, since nothing but types and a script use it.
 *
 * @satisfies {Record<string, { cause: string, action: string }>}
 */
export const ERROR_CODES = {
  "not-safetensors": {
    cause: "The bytes are no weights file, such as an error page or a file of another format.",
    action:
      "Check the address. Convert the file of another framework with `npx pocketrec-cli convert`.",
  },
  truncated: {
    cause: "The file ends before its contents do.",
    action: "Download or copy it again. `pocketrec/cache` resumes a broken download.",
  },
  "bad-header": {
    cause: "The header of the file is damaged.",
    action: "Download or write the file again.",
  },
  "bad-offsets": {
    cause: "The header places tensors where the file has other bytes, or none.",
    action: "Download or write the file again.",
  },
  "too-large": {
    cause: "A size is beyond a limit, which the error names.",
    action: "Make the file or the argument smaller.",
  },
  "bad-dtype": {
    cause: "A tensor has a number type that is not read there.",
    action: "Write it as one of the types that the error names.",
  },
  "bad-shape": {
    cause: "A tensor or a list has another shape than the rest of the file needs.",
    action: "Check the widths that the error names. Both files of a fusion need the same items.",
  },
  "missing-tensor": {
    cause: "The file lacks a tensor that its kind needs.",
    action: "Compare the file (`npx pocketrec-cli inspect`) with docs/format.md.",
  },
  "duplicate-tensor": {
    cause: "The file names a tensor twice.",
    action: "Write the file again.",
  },
  "bad-metadata": {
    cause: "A value of the file's metadata is not one that docs/format.md allows.",
    action: "Mend the value that the error names and write the file again.",
  },
  unsupported: {
    cause: "The file or the call asks for something that pocketrec does not compute.",
    action: "The error names it, and what can be had instead.",
  },
  "not-finite": {
    cause: "NaN or infinity, in a tensor or as a result of an overflow.",
    action: "Train or write the weights again. Are the ratings on the model's scale?",
  },
  "out-of-memory": {
    cause: "The device has no memory for the model.",
    action: "Dispose of models that are not in use, or publish the weights as f16 or i8.",
  },
  "verify-failed": {
    cause: "The model does not give the scores of the file's check vectors, or it has none.",
    action: "The weights were changed or badly converted: convert them again.",
  },
  http: {
    cause: "The server answered with an error status.",
    action: "Check the address; try again later for a status of 500 or more.",
  },
  "not-found": {
    cause: "A local file, or a vector engine's collection, is missing.",
    action: "Check the path, which starts from the process's folder, or the collection's name.",
  },
  unreadable: {
    cause: "A local file is a folder, may not be read, or is too large.",
    action: "Pass the path of a file that the process may read.",
  },
  network: {
    cause: "There was no answer: offline, a wrong host, or a server without CORS headers.",
    action: "Try again later. For another origin the server must send CORS headers.",
  },
  aborted: {
    cause: "The app's `signal` was aborted.",
    action: "Nothing to do: the app asked for it.",
  },
  disposed: {
    cause: "The model, user, history or worker was used after `dispose`, `close` or `terminate`.",
    action: "Load or open it again, or dispose of it later.",
  },
  "no-wasm": {
    cause: "The engine has no WebAssembly SIMD, or the page's policy forbids to compile it.",
    action: "Add 'wasm-unsafe-eval' to script-src of the Content-Security-Policy.",
  },
  "bad-module": {
    cause: "The `module` is not the package's own, or of another version; modules.js was changed.",
    action: "Compile `pocketrec/pocketrec.wasm` of the installed version; install it again.",
  },
  "bad-argument": {
    cause: "An argument or an option of a call or of the command line is wrong.",
    action: "The error names it, and what is expected.",
  },
  "unknown-item": {
    cause: "The model has no item of that id.",
    action: 'Check the type: `260` and `"260"` are different ids. `model.has(id)` tells.',
  },
  "unknown-user": {
    cause: "The file has no table of training users, or none with that row.",
    action: "Make the user from a history.",
  },
  "missing-feature": {
    cause: "The model needs a user feature that was not given.",
    action: "Pass it in `features`. `model.info.features` lists them.",
  },
  "bad-feature": {
    cause: "A feature has a value of the wrong kind, or a name that the file does not have.",
    action: "Compare with `model.info.features`.",
  },
  timeout: {
    cause: "There was no answer within the time limit.",
    action: "Raise `timeout`, or let the fallback answer.",
  },
  "bad-answer": {
    cause: "`retrieve` gave something that is no list of candidates.",
    action: "The error shows what it was. docs/pipeline.md lists the forms that are taken.",
  },
  failed: {
    cause: "A function of the app threw, or a file could not be written.",
    action: "See the error's `cause`.",
  },
  "missing-package": {
    cause: "A package that the app has to install is missing.",
    action: "Run the command in the error's hint.",
  },
  "unknown-format": {
    cause: "`convert` does not know the format of the file.",
    action: "Save the model in one of the formats that the error names.",
  },
  "unknown-layout": {
    cause: "`convert` reads the file but cannot tell which model it is.",
    action: "State it with the options that the error names, or describe it with `--map`.",
  },
  unsafe: {
    cause: "The file would run code, or is made to exhaust memory. Nothing of it was run.",
    action: "Save the weights alone, such as a state dict or a safetensors file.",
  },
  storage: {
    cause: "The browser or the disk does not store: private window, quota, permissions.",
    action: "The app goes on in memory. Free space, or ask for permission.",
  },
  "bad-history": {
    cause: "The stored or imported history is damaged, or is none.",
    action: "Open it with `recover: true`, import a backup, or erase it.",
  },
  "bad-manifest": {
    cause: "The manifest of the weights is malformed, or lacks the name.",
    action: "Write it with `npx pocketrec-cli manifest`.",
  },
  integrity: {
    cause: "The downloaded bytes are not those of the manifest, or of before a worker's crash.",
    action: "Publish manifest and weights together; a proxy must not change the file.",
  },
  "budget-spent": {
    cause: "A private query would exceed the budget of the history.",
    action: "Send the earlier answer again, which costs nothing, or none.",
  },
  "not-allowed": {
    cause: "A vector engine refuses the client's user, or the user lacks a right.",
    action: "Check name, password or token of the client, and the rights of its role.",
  },
  engine: {
    cause: "A vector engine answered with an error of its own.",
    action: "The error says which; the engine's log says more.",
  },
  "worker-crashed": {
    cause: "The worker ended: out of memory, or its script could not be loaded.",
    action: "Call again: another worker starts. See docs/worker.md for the script's address.",
  },
};
