"""Makes files of one network with batch normalisation by PyTorch's two exporters, folded and not.

    python make-normalised.py      (torch 2.15, onnx 1.23, onnxscript 0.7)

The network has 86 parameters and a buffer A [4, 4]; `normalised-*-kept` are written as the documentation
shows, `normalised-*-folded` as the exporters write by themselves.
"""
import logging, warnings
import onnx, torch, torch.nn as nn

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, 3, 3, bias=False), nn.BatchNorm2d(3)
        self.fc, self.slope = nn.Linear(12, 4), nn.PReLU()
        self.register_buffer("A", torch.eye(4) + 0.25)

    def forward(self, x):
        return self.slope(self.fc(torch.relu(self.norm(self.conv(x))).flatten(1))) @ self.A


torch.manual_seed(2)
model = Net()
nn.init.normal_(model.norm.running_mean)
nn.init.uniform_(model.norm.running_var, 0.5, 2)
model.eval()
assert sum(p.numel() for p in model.parameters()) == 86, sum(p.numel() for p in model.parameters())
example = torch.randn(2, 1, 4, 4)
new = dict(dynamo=True, external_data=False, dynamic_shapes=({0: torch.export.Dim("N")},), verbose=False)
old = dict(dynamo=False, input_names=["x"], dynamic_axes={"x": {0: "N"}})
for name, options in [
    ("dynamo-kept", dict(new, optimize=False)), ("dynamo-folded", new),
    ("torchscript-kept", dict(old, training=torch.onnx.TrainingMode.PRESERVE,
                              do_constant_folding=False)),
    ("torchscript-folded", old),
]:
    path = f"normalised-{name}.onnx"
    torch.onnx.export(model, (example,), path, **options)
    file = onnx.load(path)
    for node in file.graph.node:  # traces of the exporter's own files
        kept = [p for p in node.metadata_props if p.key in
                ("pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy",
                 "pkg.onnxscript.rewriter.rule_name")]
        kept = [(p.key, p.value) for p in kept]
        del node.metadata_props[:]
        for key, value in kept:
            node.metadata_props.add(key=key, value=value)
        node.doc_string = ""
    onnx.save(file, path)
