/**
 * Models in the one worker of the page, from cached weights: a second visit downloads only what
 * changed. A model is opened when a section first needs it, and stays open.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { createWorker } from "pocketrec/worker";
import { CHANNEL } from "../state/requests.js";
import { FILES, manifestAddress } from "./files.js";
import Thread from "./thread.js?worker";

/**
 * @typedef {import("../../../js/worker/model.js").WorkerModel} WorkerModel
 *
 * @typedef {object} Opening
 * @property {WorkerModel} [model] once it is there
 * @property {Error} [error] why it is not
 * @property {{ loaded: number, total?: number }} [progress]
 */

let worker;

const start = () => new Thread({ name: CHANNEL });

/** @type {Map<string, Promise<WorkerModel>>} */
const promises = new Map();

/** What components see. @type {Map<string, import("@preact/signals").Signal<Opening>>} */
const openings = new Map();

/**
 * @param {string} name of models/files.js
 * @returns {Promise<WorkerModel>} the same for every call; after a failure the next tries again
 */
export function openModel(name) {
  if (!promises.has(name)) promises.set(name, open(name));
  return promises.get(name);
}

/**
 * The model as a component sees it: the component is drawn again when it arrives or fails.
 *
 * @param {string} name of models/files.js
 * @returns {Opening & { retry: () => void }}
 * @example
 * const { model, error, progress, retry } = useModel("dae");
 */
export function useModel(name) {
  const retry = () => void openModel(name).catch(() => {}); // the component shows the error
  useEffect(retry, [name]);
  return { ...openingOf(name).value, retry };
}

/**
 * A model of bytes that a section made itself, which it disposes of.
 *
 * @param {import("../../../js/worker/model-worker.js").WorkerSource} source
 * @returns {Promise<WorkerModel>}
 */
export function openOwn(source) {
  worker ??= createWorker();
  return worker.loadModel(source);
}

function openingOf(name) {
  if (!openings.has(name)) openings.set(name, signal({}));
  return openings.get(name);
}

async function open(name) {
  worker ??= createWorker({ start });
  const state = openingOf(name);
  state.value = { progress: { loaded: 0 } };
  try {
    const source = { manifest: manifestAddress(), name: FILES[name].file };
    const onProgress = (progress) => (state.value = { progress });
    const model = await worker.loadModel(source, { onProgress });
    state.value = { model };
    return model;
  } catch (error) {
    promises.delete(name);
    state.value = { error };
    throw error;
  }
}
