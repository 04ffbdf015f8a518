// Whole modules of PyTorch: what their classes say is taken, what they cannot say is an assumption,
// what is not computed is refused by its path. The right scores are those of PyTorch.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

import { recognise } from "../cli/convert/layouts.js";
import { readTorch } from "../cli/convert/read/torch.js";
import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { pythonWith } from "./lib/frameworks.js";
import { scoresByFormat } from "./lib/onnx-models.js";

const SCRIPT = `
import json, sys, torch, torch.nn as nn
folder = sys.argv[1]
torch.manual_seed(3)
class MLP(nn.Module):
  def __init__(self, tower, head):
    super().__init__()
    self.user_embedding, self.item_embedding = nn.Embedding(7, 4), nn.Embedding(9, 4)
    self.layers, self.output = tower, head
  def forward(self, user, item):
    x = torch.cat([self.user_embedding(user), self.item_embedding(item)], 1)
    return self.output(self.layers(x))
class Alone(MLP):
  def __init__(self, tower, head):
    super().__init__(tower, head)
    self.sigmoid = nn.Sigmoid()
  def forward(self, user, item):
    return self.sigmoid(super().forward(user, item))
L, S = nn.Linear, nn.Sequential
head = lambda: L(5, 1)
models = {
  "relu": (MLP, S(L(8, 6), nn.ReLU(), L(6, 5), nn.ReLU()), head()),
  "mixed": (MLP, S(L(8, 6), nn.Sigmoid(), L(6, 5), nn.Tanh()), head()),
  "last-linear": (MLP, S(L(8, 6), nn.Dropout(0.2), nn.Tanh(), L(6, 5)), head()),
  "nested": (MLP, S(S(L(8, 6), nn.Tanh()), S(L(6, 5), nn.ReLU())), head()),
  "norms": (MLP, S(L(8, 6), nn.BatchNorm1d(6, eps=0.01), nn.ReLU(), L(6, 5), nn.Tanh(),
            nn.BatchNorm1d(5, eps=0.01)), head()),
  "head-sigmoid": (MLP, S(L(8, 6), nn.ReLU(), L(6, 5), nn.ReLU()), S(head(), nn.Sigmoid())),
  "head-relu": (MLP, S(L(8, 6), nn.Tanh(), L(6, 5), nn.Tanh()), S(head(), nn.ReLU())),
  "alone": (Alone, S(L(8, 6), nn.ReLU(), L(6, 5), nn.ReLU()), head()),
  "layernorm": (MLP, S(L(8, 6), nn.LayerNorm(6), nn.ReLU(), L(6, 5), nn.ReLU()), head()),
  "plain-layernorm": (MLP, S(L(8, 6), nn.LayerNorm(6, elementwise_affine=False), nn.ReLU(),
                      L(6, 5), nn.ReLU()), head()),
  "leaky": (MLP, S(L(8, 6), nn.LeakyReLU(), L(6, 5), nn.ReLU()), head()),
  "elu": (MLP, S(L(8, 6), nn.ELU(0.5), L(6, 5), nn.ELU()), head()),
  "softmax": (MLP, S(L(8, 6), nn.ReLU(), L(6, 5), nn.ReLU()), S(head(), nn.Tanh())),
}
pairs = torch.tensor([[u, i] for u in range(7) for i in range(9)])
scores = {}
for name, (kind, tower, top) in models.items():
  model = kind(tower, top).eval()
  for module in model.modules():
    if isinstance(module, nn.BatchNorm1d):
      for tensor in (module.weight, module.bias, module.running_mean): nn.init.normal_(tensor)
      nn.init.uniform_(module.running_var, 0.5, 2)
  torch.save(model, f"{folder}/{name}.pth")
  with torch.no_grad():
    scores[name] = model.double()(pairs[:, 0], pairs[:, 1]).reshape(-1).tolist()
json.dump(scores, open(f"{folder}/scores.json", "w"))
`;

/** What the classes settle, and what stays open: subjects of the assumptions. */
const COMPUTED = {
  relu: { activation: "relu", open: "concat output" },
  mixed: { activation: ["sigmoid", "tanh"], open: "concat output" },
  "last-linear": { activation: ["tanh", "identity"], open: "activation concat output" },
  nested: { activation: ["tanh", "relu"], open: "concat output" },
  norms: { activation: ["relu", "tanh"], open: "concat output" },
  "head-sigmoid": { activation: "relu", open: "concat" },
  "head-relu": { activation: "tanh", open: "concat" },
  alone: { activation: "relu", open: "concat output" },
};

/** The path of the submodule that is refused, and what the error says. */
const REFUSED = {
  layernorm: ["layers.1", /LayerNorm/],
  "plain-layernorm": ["layers.1", /LayerNorm/],
  leaky: ["layers.1", /LeakyReLU/],
  elu: ["layers.1", /ELU with alpha 0.5/],
  softmax: ["output.1", /tanh/],
};

const { skip, python } = pythonWith("torch", "import torch");

describe("whole modules", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-modules-"));
  if (!skip) execFileSync(python, ["-c", SCRIPT, folder], { stdio: ["ignore", "ignore", "pipe"] });
  const scores = skip ? {} : JSON.parse(readFileSync(join(folder, "scores.json"), "utf8"));
  const convert = async (name, options = {}) =>
    recognise(await readTorch(readFileSync(join(folder, `${name}.pth`))), options);
  after(() => rmSync(folder, { recursive: true }));

  for (const [name, { activation, open }] of Object.entries(COMPUTED))
    test(name, async () => {
      const blueprint = await convert(name);
      assertClose(scoresByFormat(blueprint), scores[name], name, 1e-6);
      assert.deepEqual(blueprint.description.activation, activation);
      const subjects = blueprint.assumptions.map(({ subject }) => subject).sort();
      assert.deepEqual(subjects, ["code", ...open.split(" ")].sort());
    });

  for (const [name, [path, message]] of Object.entries(REFUSED))
    test(`${name} is refused`, async () => {
      await assertRefused(() => convert(name), "unsupported", path);
      await assertRefused(() => convert(name), "unsupported", message);
    });

  test("an output that the classes contradict is refused", async () => {
    await assertRefused(() => convert("head-sigmoid", { output: "identity" }), "bad-argument");
    assert.equal((await convert("alone", { output: "identity" })).description.output, "identity");
  });
});
