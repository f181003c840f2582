"""Makes the fixtures that PyTorch's two exporters write, with what PyTorch computes in Float64.

    python make-torch.py      (torch 2.15, onnx 1.23, onnxscript 0.7)

Each model has an .onnx file and an .npz file: inputs x, targets y, outputs, loss, and the gradient of
the loss by every initialiser that is a parameter, under the initialiser's name and in its shape.
"""
import logging, math, warnings
import numpy as np, onnx, torch, torch.nn as nn
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


class Block(nn.Module):
    def __init__(self, a, b, stride):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b)
        self.c2, self.b2 = nn.Conv2d(b, b, 3, 1, 1, bias=False), nn.BatchNorm2d(b)
        self.down = (nn.Sequential(nn.Conv2d(a, b, 1, stride, bias=False), nn.BatchNorm2d(b))
                     if a != b else nn.Identity())

    def forward(self, x):
        return torch.relu(self.b2(self.c2(torch.relu(self.b1(self.c1(x))))) + self.down(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 3, 3, 1, 1, bias=False), nn.BatchNorm2d(3), nn.ReLU())
        self.blocks = nn.Sequential(Block(3, 3, 1), Block(3, 4, 2))
        self.pool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(4, 5)

    def forward(self, x):
        return self.fc(torch.flatten(self.pool(self.blocks(self.stem(x))), 1))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb, self.pos = nn.Embedding(12, 8), nn.Parameter(torch.randn(1, 6, 8))
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, activation="gelu")
        self.enc = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.head = nn.Linear(8, 3)

    def forward(self, t):
        return self.head(self.enc(self.emb(t) + self.pos).mean(1))


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(1, 8, 4, 4)
        self.cls, self.pos = nn.Parameter(torch.randn(1, 1, 8)), nn.Parameter(torch.randn(1, 5, 8))
        self.n1, self.n2, self.n3 = nn.LayerNorm(8), nn.LayerNorm(8), nn.LayerNorm(8)
        self.qkv, self.proj = nn.Linear(8, 24), nn.Linear(8, 8)
        self.mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        n = x.shape[0]
        t = self.patch(x).flatten(2).transpose(1, 2)
        t = torch.cat([self.cls.expand(n, -1, -1), t], 1) + self.pos
        s = t.shape[1]
        q, k, v = self.qkv(self.n1(t)).reshape(n, s, 3, 2, 4).permute(2, 0, 3, 1, 4)
        a = (q @ k.transpose(-2, -1) * 4**-0.5).softmax(-1)
        t = t + self.proj((a @ v).transpose(1, 2).reshape(n, s, 8))
        return self.head(self.n3(t + self.mlp(self.n2(t)))[:, 0])


class Functions(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = [nn.LeakyReLU(0.2), nn.ELU(), nn.GELU(), nn.GELU(approximate="tanh"), nn.Softplus(),
                  nn.SELU(), nn.Hardsigmoid(), nn.Hardswish(), nn.SiLU(), nn.Mish()]
        self.l = nn.ModuleList([nn.Linear(3, 3) for _ in self.a])
        self.p, self.last = nn.PReLU(3), nn.Linear(3, 3)

    def forward(self, x):
        y = 0
        for l, a in zip(self.l, self.a):
            y = y + a(l(x))
        y = self.p(y).clamp(-5, 5)
        y = y.exp().sqrt() + (y**2).mean(1, keepdim=True) - torch.where(
            torch.tensor([True, False, True]), y, y.abs())
        return torch.log_softmax(self.last(y), 1)


class Norms(nn.Module):
    def __init__(self):
        super().__init__()
        self.c, self.g = nn.Conv2d(1, 4, 3, padding=1), nn.GroupNorm(2, 4)
        self.i, self.c2 = nn.InstanceNorm2d(4, affine=True), nn.Conv2d(4, 4, 3, groups=2)
        self.ln, self.f = nn.LayerNorm([4, 6, 6]), nn.Linear(36, 2)

    def forward(self, x):
        x = self.ln(self.c2(self.i(torch.relu(self.g(self.c(x))))))
        x = torch.nn.functional.avg_pool2d(x, 2)
        return torch.sigmoid(self.f(x.reshape(x.size(0), -1)))


class Preactivated(nn.Module):
    """Batch normalisation that no exporter can fold, for nothing linear is before it."""

    def __init__(self):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(1, 3, 3, bias=False), nn.BatchNorm2d(1)
        self.c2, self.b2 = nn.Conv2d(3, 2, 3, padding=1, groups=1), nn.BatchNorm2d(3)
        self.fc = nn.Linear(18, 5)

    def forward(self, x):
        x = torch.relu(self.c1(torch.tanh(self.b1(x))))
        x = self.c2(torch.nn.functional.max_pool2d(torch.relu(self.b2(x)), 3, 2, ceil_mode=True))
        return self.fc(x.flatten(1))


def mlp():
    return nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3),
                         nn.Softmax(1))


def vgg():
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 4, 3, padding=1),
        nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16, 8), nn.ReLU(), nn.Dropout(),
        nn.Linear(8, 5))


def line():
    return nn.Sequential(nn.Conv1d(2, 3, 3, stride=2, padding=1), nn.ReLU(), nn.AvgPool1d(2),
                         nn.Flatten(), nn.Linear(6, 1))


def reference(model, x, y, kind):
    """Outputs, loss and gradients in Float64, by the parameters' names."""
    z = model(x)
    if kind == "softmax":
        loss = -torch.log(z).gather(1, y[:, None]).mean()
    elif kind == "log-softmax":
        loss = nn.functional.nll_loss(z, y)
    elif kind == "sigmoid":
        loss = nn.functional.binary_cross_entropy(z, y)
    elif kind == "values":
        loss = nn.functional.mse_loss(z, y)
    else:
        loss = nn.functional.cross_entropy(z, y)
    return z, loss


def evaluated(file, x, y):
    """Outputs and loss as ONNX's own evaluator has them, all numbers in Float64."""
    file = onnx.ModelProto.FromString(file.SerializeToString())
    for t in file.graph.initializer:
        if t.data_type == 1:
            t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(t).astype(np.float64), t.name))
    z = ReferenceEvaluator(file).run(None, {file.graph.input[0].name: x.numpy()})[0]
    assert z.dtype == np.float64
    return torch.tensor(z), nn.functional.cross_entropy(torch.tensor(z), y)


def write(name, build, x, y, ending, exporter, opset, kept=torch.float32):
    torch.manual_seed(3)
    model = build()
    for p in model.parameters():
        nn.init.normal_(p, std=0.5)
    for m in model.modules():
        if isinstance(m, nn.BatchNorm2d):
            nn.init.normal_(m.running_mean, std=0.5)
            nn.init.uniform_(m.running_var, 0.5, 2)
            nn.init.uniform_(m.weight, 0.5, 2)
    model.to(kept).eval()
    sample = x[:2].to(kept) if x.is_floating_point() else x[:2]
    path = f"{name}.onnx"
    if exporter == "torchscript":
        torch.onnx.export(model, (sample,), path, opset_version=opset, dynamo=False,
                          input_names=["x"], output_names=["out"],
                          dynamic_axes={"x": {0: "N"}, "out": {0: "N"}})
    else:
        torch.onnx.export(model, (sample,), path, opset_version=opset, dynamo=True,
                          dynamic_shapes=({0: torch.export.Dim("N")},), verbose=False,
                          external_data=False)
    file = onnx.load(path)
    for node in file.graph.node:  # traces of the exporter's own files
        del node.metadata_props[:]
        node.doc_string = ""
    del file.graph.value_info[:], file.graph.metadata_props[:], file.metadata_props[:]
    onnx.save(file, path)

    model.double()
    if x.is_floating_point():
        x = x.double()
    # Exporters fold batch normalisation into convolutions, in Float32: outputs are then ONNX's, and
    # gradients are those of the parameters that stay.
    z, loss = reference(model, x, y, ending)
    loss.backward()
    if name.startswith("resnet"):
        z, loss = evaluated(file, x, y)
    arrays = {"x": x.numpy(), "y": y.numpy(), "outputs": z.detach().numpy(),
              "loss": np.array([loss.item()])}
    state = {k: (p.detach().numpy(), p.grad.numpy()) for k, p in model.named_parameters()}
    for tensor in file.graph.initializer:
        a = numpy_helper.to_array(tensor)
        if a.dtype.kind != "f" or a.ndim == 0 or name.startswith("resnet"):
            continue
        for k, (w, g) in state.items():
            w32 = w.astype(a.dtype)
            if a.shape == w.shape and (a == w32).all():
                arrays["grad:" + tensor.name] = g
            elif a.ndim == 2 and a.shape == w.T.shape and (a == w32.T).all():
                arrays["grad:" + tensor.name] = g.T
            elif a.size == w.size and (a.ravel() == w32.ravel()).all():
                arrays["grad:" + tensor.name] = g.reshape(a.shape)
    np.savez(f"{name}.npz", **arrays)
    print(name, file.opset_import[0].version, loss.item(), len(arrays) - 4, "gradients of",
          len(state), [t.name for t in file.graph.initializer
                       if t.data_type in (1, 11) and "grad:" + t.name not in arrays])


torch.manual_seed(1)
image, vector = torch.randn(5, 1, 8, 8), torch.randn(7, 4)
three, sequence = torch.randn(7, 3), torch.randn(5, 2, 8)
tokens = torch.randint(0, 12, (5, 6))
five, classes = torch.tensor([0, 1, 2, 3, 4]), torch.tensor([0, 1, 2, 0, 1, 2, 0])
halves = torch.rand(5, 2).double()
for exporter, opset in [("torchscript", 11), ("torchscript", 17), ("dynamo", 18), ("dynamo", 21)]:
    tag = f"{exporter}-{opset}"
    write(f"mlp-{tag}", mlp, vector, classes, "softmax", exporter, opset)
    write(f"vgg-{tag}", vgg, image, five, "logits", exporter, opset)
    write(f"resnet-{tag}", ResNet, image, five, "logits", exporter, opset)
    write(f"vit-{tag}", ViT, image, five, "logits", exporter, opset)
    write(f"functions-{tag}", Functions, three, classes, "log-softmax", exporter, opset)
    write(f"norms-{tag}", Norms, image, halves, "sigmoid", exporter, opset)
    if opset != 11:
        write(f"encoder-{tag}", Encoder, tokens, five % 3, "logits", exporter, opset)
for exporter, opset in [("torchscript", 14), ("dynamo", 20)]:
    write(f"preactivated-{exporter}-{opset}", Preactivated, image, five, "logits", exporter, opset)
write("line-dynamo-18", line, sequence, torch.randn(5, 1).double(), "values", "dynamo", 18,
      torch.float64)
write("double-torchscript-17", mlp, vector, classes, "softmax", "torchscript", 17, torch.float64)
