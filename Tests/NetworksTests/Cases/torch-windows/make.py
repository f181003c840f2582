"""Makes windows.npz: small networks of convolutions and poolings by PyTorch in Float64.

For each: inputs `x`, the flat weights `w`, the outputs `z` and, for the mean of their squares, the
`loss`, its `gradient` and the Hessian times a vector `v`.
"""

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)


class Residual(nn.Module):
    def __init__(self, main, shortcut):
        super().__init__()
        self.shortcut, self.main = shortcut, main

    def forward(self, x):
        return self.main(x) + self.shortcut(x)


def padded(layer, left, right, top, bottom):
    return nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), layer)


CASES = {
    "stride and padding": ([2, 7, 9], [nn.Conv2d(2, 3, 3, stride=2, padding=1), nn.Tanh()]),
    "unequal": (
        [2, 8, 7],
        [nn.Conv2d(2, 4, (3, 2), stride=(1, 3), padding=(2, 1), dilation=(2, 1)), nn.SiLU()],
    ),
    "dilation past stride": (
        [1, 11, 12],
        [nn.Conv2d(1, 3, 3, stride=2, dilation=3, padding=3), nn.Tanh(), nn.Conv2d(3, 2, 2)],
    ),
    "groups": (
        [4, 5, 6],
        [nn.Conv2d(4, 6, 3, groups=2, padding=1, bias=False), nn.GELU(), nn.Conv2d(6, 3, 2)],
    ),
    "depthwise": (
        [3, 6, 5],
        [nn.Conv2d(3, 6, 3, groups=3, stride=2, padding=1), nn.Tanh(), nn.Conv2d(6, 2, 1)],
    ),
    "same": (
        [2, 5, 6],
        [nn.Conv2d(2, 3, (2, 4), padding="same", dilation=(1, 2)), nn.Tanh(), nn.Conv2d(3, 1, 3)],
    ),
    "asymmetric": (
        [2, 5, 6],
        [padded(nn.Conv2d(2, 3, 3, stride=2), 0, 2, 1, 3), nn.Tanh(), nn.Conv2d(3, 2, 2)],
    ),
    "wide": ([9, 4, 4], [nn.Conv2d(9, 19, 3, padding=1), nn.Tanh(), nn.Conv2d(19, 11, 2)]),
    "one dimension": (
        [3, 13],
        [nn.Conv1d(3, 4, 4, stride=3, padding=2, dilation=2), nn.Tanh(), nn.AvgPool1d(2)],
    ),
    "maximum": (
        [2, 7, 8],
        [nn.Conv2d(2, 3, 2), nn.Tanh(), nn.MaxPool2d(3, stride=2, padding=1), nn.Conv2d(3, 2, 2)],
    ),
    "dilated maximum": (
        [1, 9, 9],
        [nn.Conv2d(1, 2, 2), nn.Tanh(), nn.MaxPool2d(2, 3, 1, dilation=2, ceil_mode=True)],
    ),
    "ceiling maximum": (
        [2, 6, 7],
        [nn.Conv2d(2, 3, 1), nn.Tanh(), nn.MaxPool2d((3, 2), stride=2, ceil_mode=True)],
    ),
    "average": (
        [2, 6, 7],
        [nn.Conv2d(2, 3, 2), nn.SiLU(), nn.AvgPool2d((2, 3), stride=(1, 2), padding=(1, 1))],
    ),
    "average without padding": (
        [2, 6, 7],
        [nn.Conv2d(2, 3, 2), nn.SiLU(), nn.AvgPool2d(3, 2, 1, count_include_pad=False)],
    ),
    "ceiling average": (
        [2, 8, 7],
        [nn.Conv2d(2, 3, 2), nn.SiLU(), nn.AvgPool2d(3, 2, 1, ceil_mode=True), nn.Conv2d(3, 2, 2)],
    ),
    "global": (
        [2, 5, 6],
        [nn.Conv2d(2, 4, 3), nn.SiLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)],
    ),
    "global maximum": (
        [2, 5, 6],
        [nn.Conv2d(2, 4, 3), nn.SiLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(4, 3)],
    ),
    "downsampling": (
        [2, 6, 6],
        [
            nn.Conv2d(2, 3, 3, padding=1),
            nn.SiLU(),
            Residual(
                nn.Sequential(
                    nn.Conv2d(3, 4, 3, stride=2, padding=1),
                    nn.SiLU(),
                    nn.Conv2d(4, 4, 3, padding=1),
                ),
                nn.Conv2d(3, 4, 1, stride=2, bias=False),
            ),
            nn.SiLU(),
            nn.AvgPool2d(3),
            nn.Flatten(),
            nn.Linear(4, 3),
        ],
    ),
}

arrays = {}
for seed, (name, (shape, layers)) in enumerate(CASES.items()):
    torch.manual_seed(seed)
    model = nn.Sequential(*layers)
    parameters = list(model.parameters())
    for p in parameters:
        nn.init.normal_(p, std=0.4)
    x = torch.randn(5, *shape)
    z = model(x)
    loss = (z**2).mean()
    gradient = torch.autograd.grad(loss, parameters, create_graph=True)
    v = [torch.randn_like(p) for p in parameters]
    product = torch.autograd.grad(gradient, parameters, v)
    flat = lambda tensors: torch.cat([t.detach().reshape(-1) for t in tensors]).numpy()
    for key, value in {
        "x": x.numpy(),
        "w": flat(parameters),
        "z": z.detach().numpy().reshape(5, -1),
        "loss": np.array([loss.item()]),
        "gradient": flat(gradient),
        "v": flat(v),
        "product": flat(product),
    }.items():
        arrays[f"{name}/{key}"] = value
np.savez("windows.npz", **arrays)
print({k.split("/")[0]: v.shape for k, v in arrays.items() if k.endswith("/w")})
