"""Writes a graph of mutant_graphs.py with onnx.helper; onnx.reference says what it computes."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

OPERATORS = {
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "elu": "Elu",
    "selu": "Selu",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "leaky_relu": "LeakyRelu",
}


class Onnx:
    """names: how initializers are called, "plain" as the tables, "numbered" by number; gemm:
    whether a dense layer is one Gemm, or MatMul and Add."""

    def __init__(self, names, gemm):
        self.names, self.gemm = names, gemm
        self.nodes, self.initializers, self.inputs = [], [], []
        self.count = 0

    def fresh(self):
        self.count += 1
        return f"v{self.count}"

    def constant(self, name, value):
        name = f"{name}.value" if self.names == "plain" else f"onnx::{100 + self.count}"
        self.count += 1
        if any(tensor.name == name for tensor in self.initializers):
            name = f"{name}.{self.count}"
        array = np.asarray(value)
        array = array.astype(np.float32) if array.dtype == np.float64 else array
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator, inputs, **attributes):
        output = self.fresh()
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def ids(self, name):
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.INT64, ["batch"]))
        return name

    def vector(self, name, width):
        shape = ["batch", width]
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def table(self, name, values, ids):
        return self.node("Gather", [self.constant(name, values), ids], axis=0)

    def concat(self, values):
        return self.node("Concat", values, axis=1)

    def dense(self, name, x, weight, bias, activation):
        if self.gemm:
            inputs = [x, self.constant(f"{name}.weight", weight)]
            if bias is not None:
                inputs.append(self.constant(f"{name}.bias", bias))
            y = self.node("Gemm", inputs, transB=1)
        else:
            kernel = np.ascontiguousarray(weight.T)
            y = self.node("MatMul", [x, self.constant(f"{name}.weight", kernel)])
            if bias is not None:
                y = self.node("Add", [self.constant(f"{name}.bias", bias), y])
        return self.activation(y, activation)

    def activation(self, x, activation):
        if activation == "identity":
            return x
        if activation == "silu":
            return self.node("Mul", [x, self.node("Sigmoid", [x])])
        return self.node(OPERATORS[activation], [x])

    def batch_norm(self, name, x, gamma, beta, mean, variance, epsilon):
        parts = {"gamma": gamma, "beta": beta, "mean": mean, "variance": variance}
        inputs = [self.constant(f"{name}.{part}", value) for part, value in parts.items()]
        return self.node("BatchNormalization", [x, *inputs], epsilon=epsilon)

    def layer_norm(self, name, x, gamma, beta, epsilon):
        inputs = [self.constant(f"{name}.gamma", gamma), self.constant(f"{name}.beta", beta)]
        return self.node("LayerNormalization", [x, *inputs], axis=-1, epsilon=epsilon)

    def multiply(self, a, b):
        return self.node("Mul", [a, b])

    def add(self, a, b):
        return self.node("Add", [a, b])

    def dot(self, a, b, cosine=False):
        if cosine:
            a, b = (self.node("LpNormalization", [x], axis=1, p=2) for x in (a, b))
        axes = self.constant("axes", np.array([1], np.int64))
        return self.node("ReduceSum", [self.multiply(a, b), axes], keepdims=1)

    def affine(self, x, scale, offset):
        if scale != 1:
            x = self.node("Mul", [x, self.constant("scale", np.float32(scale))])
        return self.node("Add", [x, self.constant("offset", np.float32(offset))]) if offset else x

    def clip(self, x, low, high):
        bounds = [self.constant("low", np.float32(low)), self.constant("high", np.float32(high))]
        return self.node("Clip", [x, *bounds])

    def model(self, output):
        shape = ["batch", "scores"]
        value = helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, "model", self.inputs, [value], self.initializers)
        opset = [helper.make_opsetid("", 17)]
        return helper.make_model(graph, opset_imports=opset, ir_version=8)
