"""Runs whichever of the three peers this Python has and prints their rates, and, where the text of the
project's own table comes on standard input, the project's ratios to them.

    Scripts/bench | python3 Benchmarks/peers/run.py
"""

import importlib.util
import os
import re
import subprocess
import sys

PEERS = [("torch", "pytorch.py"), ("jax", "jax_expert.py"), ("numpy", "numpy_plain.py")]


def ours(text):
    """{("surface", "W1"): points a second, ("product", "W2", "float64"): products a second}"""
    rates = {}
    for line in text.splitlines():
        if match := re.match(r"(W\d)  +(\d+)  +\d+ ", line):
            rates["surface", match[1]] = rates["tuned", match[1]] = float(match[2])
        if match := re.match(r"(W\d)  Hessian-vector product, Float(\d+) +([\d.]+)", line):
            rates["product", match[1], "float" + match[2]] = float(match[3])
        if match := re.match(r"(W\d)  eight products at once, Float(\d+) +([\d.]+)", line):
            rates["block", match[1], "float" + match[2]] = float(match[3])
    return rates


def main():
    text = "" if sys.stdin.isatty() else sys.stdin.read()
    print(text, end="")
    rates = ours(text)
    here = os.path.dirname(os.path.abspath(__file__))
    for module, script in PEERS:
        if importlib.util.find_spec(module) is None:
            print(f"\n{module} is not installed here")
            continue
        lines = subprocess.run(
            [sys.executable, os.path.join(here, script)], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        best = {}
        for line in lines:
            words = line.split()
            if words[0] == "framework":
                print("\n" + " ".join(words[1:]))
                continue
            key = tuple(words[:-1])
            best[key] = max(best.get(key, 0), float(words[-1]))
        for key, rate in best.items():
            ratio = f"{rates[key] / rate:9.1f} × as fast here" if key in rates else ""
            print(f"{' '.join(key):28}{rate:12.1f} a second {ratio}")


if __name__ == "__main__":
    main()
