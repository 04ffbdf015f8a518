/**
 * What a family of models is: all that the rest of the package needs to know of it. A family is one
 * folder here and one line in index.js.
 *
 * @import { Engine } from "../model/engine.js"
 * @typedef {(typeof import("../runtime/abi.js").FUNCTIONS)[number]} FunctionName
 * @import { ItemIndex } from "../file/item-ids.js"
 * @typedef {Map<string, import("../file/safetensors.js").Tensor>} Tensors
 * @typedef {Readonly<import("../file/metadata.js").Info>} Info
 * @import { InteractionDelta } from "./interactions.js"
 *
 */

/**
 * @template {string} [Kind=string]
 * @typedef {object} Family
 * @property {Record<Kind, import("../file/metadata.js").KindRules>} kinds the kinds that it
 *   computes, by name, and what the metadata of each may hold
 * @property {string} core the C functions of the model are pr_<core>_size and pr_<core>_init
 * @property {string} [scoring] those that score are pr_<scoring>_prepared_size, _prepare, _score,
 *   _vectors and, with packs, _use (default: `core`)
 * @property {boolean} [hasScan] whether pr_<scoring>_scan ranks the whole catalogue in one call
 * @property {boolean} [scoresMany] whether pr_<scoring>_score_many scores for several users at once
 * @property {boolean} [hasEstimates] whether pr_<scoring>_find finds the best by two passes, with
 *   pr_<scoring>_estimates_size, _estimates_init, _estimates_pay and, where errors are measured,
 *   _measure
 * @property {number} [vectorPadding] pr_<scoring>_vectors pads vectors to a multiple of so many
 *   numbers (default 4)
 * @property {(tensors: Tensors, info: Info) => any} plan checks a file's tensors against its kind
 *   and gives a Plan, of the family's own shape
 * @property {(engine: Engine, plan: any, tensors: Tensors) => Iterable<void>} place copies the
 *   tensors into the C model, and yields after each piece of work
 * @property {(engine: Engine) => number} [scorer] the address of what scores, where that is a part
 *   of the model
 * @property {(engine: Engine, plan: any, tensors: Tensors) => UserEncoder} userEncoder
 * @property {(engine: Engine, tensors: Tensors, ids: ItemIndex) => PackItems} [openPack] checks the
 *   item side of a candidate pack; none where the family takes no packs
 * @property {string[]} [itemTensors] what a pack may bring: tensors with a row per item, beside the
 *   values of the items' features
 * @property {boolean} [isOrdered] whether a history is a list of events, whose order and repeats
 *   count: the `table` of a UserEncoder is then an EventList
 * @property {boolean} [canOmitItems] whether a file may lack them, and rank packs alone
 *
 */

/**
 * @typedef {object} Plan
 * @property {number} items how many items the file knows
 * @property {number} rows how many of them it can score
 * @property {number} vectorWidth numbers of an item as a vector; 0: there is none
 * @property {boolean} [scoresAreInnerProducts] whether a raw score is the inner product of
 *   `user.vector` and the item's vector
 * @property {Int32Array} config the config struct of the C model
 * @property {import("../file/expected-tensors.js").Part[]} parts the tensors that the C model
 *   holds, in the order of loading
 *
 * @typedef {object} PackItems the item side of a candidate pack, checked
 * @property {() => number} size bytes
 * @property {(address: number) => void} init lays the items out at an address
 * @property {() => Iterable<void>} place copies the rows into the items in use, and yields after
 *   each piece of work
 *
 * @typedef {object} UserState what scores need of a user; replaced whole when the user changes
 * @property {Float32Array} vector empty where the model has none
 * @property {Float32Array} prepared the part of a score that is the same for every candidate
 * @property {number} [logSum] of a softmax over the catalogue, once a probability was asked for
 *
 * @typedef {object} UserEncoder makes users from what the app gives
 * @property {number} width numbers of a user vector; 0: there is none
 * @property {number} count how many training users have a row in the file
 * @property {string[]} inputs what model.user takes together, as "history and vector"
 * @property {boolean} encodesHistory whether a state is computed from the history in one pass: a
 *   kept vector then saves no work, and a user without a history has an empty one
 * @property {boolean} [canFit] whether model.user takes `fit`
 * @property {boolean} [explainsPacks] whether `explain` takes a pack
 * @property {(features: unknown, fit: boolean) => UserState} [start] a new user,
 *   before the history is read; where it is missing, `follow` starts from nothing
 * @property {(row: number) => UserState} [ofRow] a training user
 * @property {(state: UserState, features: unknown) => UserState} [withFeatures] the user after some
 *   features have changed; `follow` completes the state
 * @property {(state: UserState | undefined, table: any, delta: InteractionDelta, seed: number) =>
 *   UserState | Generator<void, UserState>} follow the user after a change to the history, which
 *   `table`, an InteractionTable, holds as it was before; a generator yields after each piece of
 *   work
 * @property {(item: number) => UserState} [like] whose raw scores say how similar the items are to
 *   one, a row (default: cosines of item vectors)
 * @property {(state: UserState, table: any, item: number,
 *   pack?: import("../model/candidate-pack.js").CandidatePack) => Float32Array} explain by how much
 *   the raw score of an item (a row) would be lower without each interaction, in order
 */

export {};
