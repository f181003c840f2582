"""Makes the fixtures that skl2onnx writes, with what scikit-learn's weights give in Float64.

    python make-sklearn.py    (scikit-learn 1.9, skl2onnx 1.20)
"""
import warnings
import numpy as np, onnx
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skl2onnx import to_onnx

warnings.filterwarnings("ignore")
rng = np.random.default_rng(6)
x = rng.normal(size=(20, 4))
three, two = rng.integers(0, 3, 20), rng.integers(0, 2, 20)


def write(name, model, y, kind):
    model.fit(x, y)
    inputs = x if kind == np.float64 else x.astype(np.float32).astype(np.float64)
    onnx.save(to_onnx(model, x[:1].astype(kind), target_opset=15), f"{name}.onnx")
    if y.dtype.kind == "f":
        loss = np.mean((model.predict(inputs) - y) ** 2)
        y = y[:, None]
    else:
        loss = -np.log(model.predict_proba(inputs)[np.arange(20), y]).mean()
    np.savez(f"{name}.npz", x=inputs, y=y, loss=np.array([loss]))
    print(name, loss)


for kind, tag in [(np.float64, "double"), (np.float32, "float")]:
    write(f"sklearn-mlp-{tag}", MLPClassifier((5,), activation="tanh", max_iter=50), three, kind)
    write(f"sklearn-binary-{tag}", MLPClassifier((5,), max_iter=50), two, kind)
    write(f"sklearn-pipeline-{tag}", make_pipeline(StandardScaler(), MLPClassifier((5,), max_iter=50)),
          three, kind)
    write(f"sklearn-logistic-{tag}", LogisticRegression(), three, kind)
    write(f"sklearn-logistic-binary-{tag}", LogisticRegression(), two, kind)
    write(f"sklearn-regressor-{tag}",
          MLPRegressor(hidden_layer_sizes=(5,), activation="tanh", max_iter=50), x[:, 0] * x[:, 1], kind)
