import RealModule

/// What a network's outputs cost: the mean over the samples of a loss of each.
public enum Loss: String, Sendable, CaseIterable {
  /// −log softmax(z)[y], mean over samples; z are logits, y the index of the right class.
  case crossEntropy = "cross-entropy"
  /// log(1 + eᶻ) − z·y, mean over samples and outputs; z are logits, y is 0 or 1 (or between).
  case binaryCrossEntropy = "binary-cross-entropy"
  /// (z − y)², mean over samples *and* outputs, as `torch.nn.MSELoss` and Keras have it.
  case squaredError = "squared-error"

  /// What is measured beside the loss: the share of right answers, or R² = 1 − Σ(z − y)²/Σ(y − ȳ)².
  public var scoreName: String { self == .squaredError ? "R²" : "accuracy" }

  /// What the sums over samples are divided by.
  func terms(samples: Int, outputs: Int) -> Double {
    self == .crossEntropy ? Double(samples) : Double(samples) * Double(outputs)
  }

  /// The sum over a block's samples.
  func sum<E>(of z: Tile<E>, _ block: SampleTiles<E>.Block) -> LossSum {
    switch self {
    case .crossEntropy:
      E.Loops.crossEntropy(
        z.base, labels: block.labels, classes: z.rows, lanes: z.lanes, valid: block.valid)
    case .binaryCrossEntropy:
      E.Loops.binaryCrossEntropy(
        z.base, targets: block.values, outputs: z.rows, lanes: z.lanes, valid: block.valid)
    case .squaredError:
      E.Loops.squaredError(
        z.base, targets: block.values, outputs: z.rows, lanes: z.lanes, valid: block.valid)
    }
  }

  /// z̄ = scale·∂loss/∂z for each sample, 0 in the filling lanes.
  ///
  /// Also keeps in `saved` what ``gradientTangent(along:saved:valid:scale:into:)`` needs: the
  /// probabilities, or for squared error nothing.
  func gradient<E>(
    of z: Tile<E>, _ block: SampleTiles<E>.Block, scale: E, saved: Tile<E>, into gradient: Tile<E>
  ) {
    let lanes = z.lanes
    gradient.zero()
    switch self {
    case .crossEntropy:
      for lane in 0..<block.valid {
        var top = z.base[lane]
        for k in 1..<max(z.rows, 1) { top = max(top, z.base[k * lanes + lane]) }
        var total: E = 0
        for k in 0..<z.rows {
          let p = E.exp(z.base[k * lanes + lane] - top)
          saved.base[k * lanes + lane] = p
          total += p
        }
        for k in 0..<z.rows {
          let p = saved.base[k * lanes + lane] / total
          saved.base[k * lanes + lane] = p
          gradient.base[k * lanes + lane] =
            scale * (k == Int(block.labels[lane]) ? p - 1 : p)
        }
      }
    case .binaryCrossEntropy:
      for k in 0..<z.rows {
        for lane in 0..<block.valid {
          let i = k * lanes + lane
          let p = 1 / (1 + E.exp(-z.base[i]))
          saved.base[i] = p
          gradient.base[i] = scale * (p - block.values[i])
        }
      }
    case .squaredError:
      for k in 0..<z.rows {
        for lane in 0..<block.valid {
          let i = k * lanes + lane
          gradient.base[i] = 2 * scale * (z.base[i] - block.values[i])
        }
      }
    }
  }

  /// The derivative of ``gradient(of:_:scale:saved:into:)`` along ż: scale·(∂²loss/∂z²)·ż.
  func gradientTangent<E>(
    along tangent: Tile<E>, saved: Tile<E>, valid: Int, scale: E, into result: Tile<E>
  ) {
    let lanes = tangent.lanes
    result.zero()
    switch self {
    case .crossEntropy:
      // (diag(p) − ppᵀ)·ż
      for lane in 0..<valid {
        var mean: E = 0
        for k in 0..<tangent.rows {
          mean += saved.base[k * lanes + lane] * tangent.base[k * lanes + lane]
        }
        for k in 0..<tangent.rows {
          let i = k * lanes + lane
          result.base[i] = scale * saved.base[i] * (tangent.base[i] - mean)
        }
      }
    case .binaryCrossEntropy:
      for k in 0..<tangent.rows {
        for i in k * lanes..<k * lanes + valid {
          result.base[i] = scale * saved.base[i] * (1 - saved.base[i]) * tangent.base[i]
        }
      }
    case .squaredError:
      for k in 0..<tangent.rows {
        for i in k * lanes..<k * lanes + valid { result.base[i] = 2 * scale * tangent.base[i] }
      }
    }
  }
}
