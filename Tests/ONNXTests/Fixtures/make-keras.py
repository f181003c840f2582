"""Makes the fixtures that tf2onnx writes of Keras models, with what TensorFlow computes in Float64.

    python make-keras.py      (tensorflow 2.21, keras 3.15, tf2onnx 1.17)
"""
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras, numpy as np, onnx, tensorflow as tf, tf2onnx
from onnx import numpy_helper

keras.backend.set_floatx("float64")
keras.utils.set_random_seed(4)
L = keras.layers


def cnn():
    i = L.Input((8, 8, 1))
    x = L.Conv2D(3, 3, padding="same", use_bias=False)(i)
    x = L.ReLU()(L.BatchNormalization()(x))
    x = L.Conv2D(4, 3, strides=2, padding="same", activation="gelu")(L.MaxPooling2D(2)(x))
    x = L.Flatten()(L.AveragePooling2D(2)(x))
    return keras.Model(i, L.Dense(5, activation="softmax")(x))


def mlp():
    return keras.Sequential(
        [L.Input((4,)), L.Dense(6, activation="relu"), L.Dense(5, activation="swish"), L.Dense(2)])


def attention():
    i = L.Input((4, 6))
    x = L.LayerNormalization()(i + L.MultiHeadAttention(2, 3)(i, i))
    x = L.LayerNormalization()(x + L.Dense(6)(L.Dense(8, activation="tanh")(x)))
    return keras.Model(i, L.Dense(3, activation="softmax")(L.GlobalAveragePooling1D()(x)))


def write(name, model, x, y, opset):
    rng = np.random.default_rng(2)
    for w in model.weights:
        value = rng.normal(size=w.shape) * 0.5
        w.assign(np.abs(value) + 0.5 if "variance" in w.path else value)
    spec = (tf.TensorSpec((None,) + model.input_shape[1:], tf.float64, name="x"),)
    call = tf.function(lambda x: model(x, training=False))
    file, _ = tf2onnx.convert.from_function(call, input_signature=spec, opset=opset)
    onnx.save(file, f"{name}.onnx")
    with tf.GradientTape() as tape:
        z = model(tf.constant(x), training=False)
        loss = (-tf.reduce_mean(tf.math.log(tf.gather(z, y, batch_dims=1))) if y.dtype.kind == "i"
                else tf.reduce_mean((z - y) ** 2))
    arrays = {"x": x, "y": y, "outputs": z.numpy(), "loss": np.array([float(loss)])}
    gradients = tape.gradient(loss, model.trainable_variables)
    for tensor in file.graph.initializer:
        a = numpy_helper.to_array(tensor)
        if a.dtype.kind != "f" or a.ndim == 0:
            continue
        for w, g in zip(model.trainable_variables, gradients):
            w, g = w.numpy(), np.asarray(g)
            if a.shape == w.shape and (a == w).all():
                arrays["grad:" + tensor.name] = g
            elif a.size == w.size and (a.ravel() == w.ravel()).all():
                arrays["grad:" + tensor.name] = g.reshape(a.shape)
            elif w.ndim == 4 and a.shape == w.transpose(3, 2, 0, 1).shape and (
                    a == w.transpose(3, 2, 0, 1)).all():
                arrays["grad:" + tensor.name] = g.transpose(3, 2, 0, 1)
    np.savez(f"{name}.npz", **arrays)
    print(name, float(loss), len(arrays) - 4, "gradients of", len(gradients),
          [(t.name, list(t.dims)) for t in file.graph.initializer
           if t.data_type in (1, 11) and "grad:" + t.name not in arrays])


rng = np.random.default_rng(5)
image, vector, words = rng.normal(size=(5, 8, 8, 1)), rng.normal(size=(7, 4)), rng.normal(size=(6, 4, 6))
for opset in (13, 18):
    write(f"keras-mlp-{opset}", mlp(), vector, rng.normal(size=(7, 2)), opset)
    write(f"keras-cnn-{opset}", cnn(), image, np.arange(5), opset)
    write(f"keras-attention-{opset}", attention(), words, np.arange(6) % 3, opset)
