/**
 * What the methods of a WorkerModel take and give.
 *
 * @import { ItemList } from "../file/item-ids.js"
 * @import { Model } from "../model/model.js"
 * @import { Choice } from "../model/model-types.js"
 * @import { WorkerPack } from "./pack.js"
 *
 * @typedef {ItemList | WorkerPack} Items ids, rows or a pack
 *
 * @typedef {Choice["exclude"]} Excluded
 *
 * @typedef {object} WeightsOrigin where the weights of a manifest came from
 * @property {string} version of the manifest
 * @property {"cache" | "network"} source "cache": nothing was downloaded
 * @property {Warning} [warning] why the version is an older one, or why the weights are not kept
 *
 * @typedef {object} Warning an error, without its stack
 * @property {string} code as of a PocketrecError
 * @property {string} message one line
 *
 * @typedef {object} ModelDescription
 * @property {Model["kind"]} kind
 * @property {Model["info"]} info
 * @property {number} itemCount
 * @property {number} bytes
 * @property {Model["simd"]} simd
 * @property {WeightsOrigin} [weights]
 */

export {};
