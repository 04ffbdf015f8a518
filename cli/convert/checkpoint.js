/**
 * The contents of another framework's file: named tensors, and what else the file states about the
 * model. Readers validate everything that they use, execute nothing, and throw a PocketrecError
 * that names the fault.
 *
 * @typedef {object} ForeignTensor
 * @property {number[]} shape
 * @property {Float32Array} values row-major; other precisions are rounded
 *
 * @typedef {object} Checkpoint
 * @property {"safetensors" | "torch" | "keras" | "onnx" | "numpy"} format
 * @property {Map<string, ForeignTensor>} tensors by the framework's names:
 *   "mlp_layers.mlp_layers.1.weight" of PyTorch, "dense_1/kernel" of Keras (layer, then weight,
 *   without ":0" and repeated groups), an ONNX graph's initializers
 * @property {Map<string, string>} classes of PyTorch, if a whole module was pickled: the class of
 *   each submodule by its path, "" being the module itself: "" -> "model.NCF", "MLP_layers.2" ->
 *   "torch.nn.modules.activation.ReLU"
 * @property {Map<string, string>} [hooks] of PyTorch: what submodules of a pickled module run
 *   beside the code of their classes, by path: "a hook before forward(), WeightNorm"
 * @property {Map<string, string>} [objects] of a pickle: classes of the libraries' objects that
 *   layouts know, by path: "algo" -> "surprise.prediction_algorithms.matrix_factorization.SVD"
 * @property {Record<string, unknown>} settings plain numbers, strings, booleans and lists of them
 *   by their path: a pickled module's own attributes ("dropout"), other entries of a checkpoint
 *   ("epoch", "config.final_config_dict.model"); functions and classes by their names
 * @property {import("./read/carried-ids.js").CarriedIds} [itemIds] ids of items beside the weights
 * @property {Map<string, import("./read/sparse.js").SparseMatrix>} [sparse] matrices of scipy
 * @property {import("./model-file.js").ModelFile} [modelFile] if the file is a pocketrec weights
 *   file
 * @property {KerasLayer[]} [layers] of Keras, if the file holds the model's configuration
 * @property {{ inputs: string[], outputs: string[], ownClass?: string }} [ends] of that model:
 *   names of layers, in order; its class, if that is none of Keras'
 * @property {Graph} [graph] of ONNX
 * @property {Towers} [towers] of Keras, if two files hold a tower each: tensors "user", "item"
 *
 * @typedef {object} KerasLayer
 * @property {string} name
 * @property {string} type the class: "Dense", "Embedding"
 * @property {Record<string, unknown>} config
 * @property {string[]} inputs the layers whose outputs it takes, in order
 * @property {string[]} [masks] the layers whose outputs it is given as masks
 * @property {Record<string, unknown>} [constants] other arguments of the call, by name
 * @property {string} [origin] the module or the package of a class that is no layer of Keras
 *
 * @typedef {object} Towers
 * @property {number} padding rows of items that are no item: those of a lookup's unknown ids
 * @property {number} userPadding
 * @property {string[]} [guess] the files' names, the users' first, if no name tells
 *
 * @typedef {object} Graph
 * @property {{ name: string, shape: (number | null)[], type: number }[]} inputs without the
 *   initializers; null: any size; type: TensorProto.DataType, 0 if unknown
 * @property {string[]} outputs
 * @property {GraphNode[]} nodes in topological order
 *
 * @typedef {object} GraphNode
 * @property {string} op "Gemm", "Gather"
 * @property {string} name its own, or that of its first output
 * @property {string[]} inputs
 * @property {string[]} outputs
 * @property {Record<string, number | string | number[]>} attributes
 */

export {};
