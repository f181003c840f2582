import Algebra
import FoundationEssentials
import RealModule

/// What a run found about curvature: `curvature.json`, and row by row `curvature.csv`.
struct CurvatureReport: Codable, Sendable, Equatable {
  var program: String
  var command: String
  var scene: String
  /// Where the weights come from.
  var weights: String
  var matrix: String
  /// The tensors of the block, or `all`.
  var tensors: String
  var dimension: Int
  var samples: Int
  var penaltyScope: String
  var seed: UInt64
  /// ‖w‖ over all parameters.
  var weightNorm: Double
  var baseLoss: Double
  /// Of the base loss, then of the total loss at each λ.
  var spectra: [SpectrumRecord]

  /// The curvature of one objective.
  struct SpectrumRecord: Codable, Sendable, Equatable {
    /// `base`, or `total`.
    var objective: String
    var lambda: Double
    /// `exact` (all eigenvalues, by LAPACK), `estimated` (Lanczos, Hutch++, quadrature), or
    /// `shifted` (the base's spectrum plus λ, which is exact where all parameters are penalised).
    var method: String
    var gradientNorm: Double
    var top: [EigenvalueRecord]
    var bottom: [EigenvalueRecord]
    var trace: Double
    /// 0 where exact.
    var traceStandardError: Double?
    /// How many eigenvalues are below 0; a fraction where estimated.
    var negativeEigenvalues: Double
    /// Their share of Σ|μ|.
    var negativeShare: Double
    /// max |μ| / min |μ|: a lower bound where estimated.
    var conditionNumber: Double
    /// Σ μ/(μ + λ) over the base's μ > 0; only where all parameters are penalised alike.
    var effectiveParameters: Double?
    var effectiveParametersStandardError: Double?
    /// Products with the matrix.
    var products: Int
    var probes: Int?
    var lanczosSteps: Int?
  }

  /// An eigenvalue.
  struct EigenvalueRecord: Codable, Sendable, Equatable {
    var value: Double
    /// ‖A·u − θ·u‖; 0 where LAPACK found it.
    var residual: Double
    var isConverged: Bool
  }

  /// As text, with a line end.
  var text: String {
    get throws { String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self) + "\n" }
  }

  /// One row for each number.
  var csv: String {
    var rows = ["objective,lambda,quantity,index,value,error,converged,method"]
    for spectrum in spectra {
      func row(
        _ name: String, _ index: Int, _ value: Double, _ error: Double?, _ converged: Bool = true
      ) {
        rows.append(
          "\(spectrum.objective),\(spectrum.lambda),\(name),\(index),\(value),"
            + "\(error.map { "\($0)" } ?? ""),\(converged),\(spectrum.method)")
      }
      for (name, list) in [("top", spectrum.top), ("bottom", spectrum.bottom)] {
        for (index, pair) in list.enumerated() {
          row(name, index, pair.value, pair.residual, pair.isConverged)
        }
      }
      row("trace", 0, spectrum.trace, spectrum.traceStandardError)
      row("gradient norm", 0, spectrum.gradientNorm, 0)
      row("negative eigenvalues", 0, spectrum.negativeEigenvalues, nil)
      row("negative share", 0, spectrum.negativeShare, nil)
      row("condition number", 0, spectrum.conditionNumber, nil)
      if let value = spectrum.effectiveParameters {
        row("effective parameters", 0, value, spectrum.effectiveParametersStandardError)
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }

  /// What a person reads first, line by line.
  var lines: [String] {
    var lines = [
      "\(matrix) of \(dimension) parameters over \(samples) samples; weights \(weights)"
    ]
    func short(_ value: Double) -> String { lambdaName(rounded(value)) }
    for spectrum in spectra {
      func list(_ pairs: [EigenvalueRecord]) -> String {
        pairs.prefix(5).map { short($0.value) + ($0.isConverged ? "" : " (unconverged)") }
          .joined(separator: ", ")
      }
      let error = spectrum.traceStandardError.map { $0 == 0 ? "" : " ± \(short($0))" } ?? ""
      lines.append(
        "\(spectrum.objective) loss, λ = \(lambdaName(spectrum.lambda)) (\(spectrum.method)): "
          + "largest \(list(spectrum.top)); smallest \(list(spectrum.bottom)); "
          + "trace \(short(spectrum.trace))\(error); "
          + "\(short(spectrum.negativeEigenvalues)) negative; ‖∇‖ \(short(spectrum.gradientNorm))"
          + (spectrum.effectiveParameters.map { "; effective parameters \(short($0))" } ?? ""))
    }
    return lines
  }
}

/// To four digits.
private func rounded(_ value: Double) -> Double {
  guard value.isFinite, value != 0 else { return value }
  let scale = Double.pow(10, 3 - Double.log10(abs(value)).rounded(.down))
  let result = (value * scale).rounded() / scale
  return result.isFinite ? result : value
}
