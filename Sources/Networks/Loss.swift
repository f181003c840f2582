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
    E.Loops.lossGradient(
      self, of: z.base, labels: block.labels, targets: block.values, outputs: z.rows,
      lanes: z.lanes, valid: block.valid, scale: scale, saved: saved.base, into: gradient.base)
  }

  /// The derivative of ``gradient(of:_:scale:saved:into:)`` along ż: scale·(∂²loss/∂z²)·ż.
  func gradientTangent<E>(
    along tangent: Tile<E>, saved: Tile<E>, valid: Int, scale: E, into result: Tile<E>
  ) {
    E.Loops.lossTangent(
      self, saved: saved.base, along: tangent.base, outputs: tangent.rows, lanes: tangent.lanes,
      valid: valid, scale: scale, into: result.base)
  }
}
