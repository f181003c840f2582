import RealModule

extension CurvatureReport {
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
      row("trace", 0, spectrum.trace, spectrum.traceError)
      row("gradient norm", 0, spectrum.gradientNorm, 0)
      row("negative eigenvalues", 0, spectrum.negativeEigenvalues, nil)
      row("negative share", 0, spectrum.negativeShare, nil)
      row("condition number", 0, spectrum.conditionNumber, nil)
      if let value = spectrum.effectiveParameters {
        row("effective parameters", 0, value, spectrum.effectiveParametersError)
      }
      if let value = spectrum.differenceFromShift { row("difference from shift", 0, value, nil) }
    }
    for found in sharpness {
      for (name, value) in [
        ("sharpness (SAM)", found.sam), ("sharpness (SAM first order)", found.samFirstOrder),
        ("sharpness (Keskar)", found.keskar),
      ] {
        rows.append("\(found.objective),\(found.lambda),\(name),0,\(value),,true,lower bound")
      }
    }
    for layer in layers {
      for (name, found) in [("largest", layer.largest), ("smallest", layer.smallest)] {
        rows.append(
          "base,0.0,\(name) of layer \(layer.layer),0,\(found.value),\(found.error ?? found.residual),"
            + "\(found.isConverged),lanczos")
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }

  /// What a person reads first, line by line.
  var lines: [String] {
    var lines = [
      "\(matrix) of \(grouped(dimension)) parameters over \(grouped(samples)) samples; weights \(weights)"
    ]
    for spectrum in spectra {
      func list(_ pairs: [EigenvalueRecord]) -> String {
        pairs.prefix(5).map(\.short).joined(separator: ", ")
      }
      let error = spectrum.traceError.map { $0 == 0 ? "" : " ± \(short($0))" } ?? ""
      var line = "\(spectrum.objective) loss, λ = \(lambdaName(spectrum.lambda)) "
      line += "(\(spectrum.method)): largest \(list(spectrum.top)); "
      line += "smallest \(list(spectrum.bottom)); trace \(short(spectrum.trace))\(error); "
      line += "\(short(spectrum.negativeEigenvalues)) negative; ‖∇‖ \(short(spectrum.gradientNorm))"
      if let value = spectrum.effectiveParameters {
        let error = spectrum.effectiveParametersError.map { $0 == 0 ? "" : " ± \(short($0))" } ?? ""
        line += "; effective parameters \(short(value))\(error)"
      }
      if let value = spectrum.differenceFromShift {
        line += "; up to \(short(value)) off the base's plus λ"
      }
      lines.append(line)
    }
    lines += layers.map { layer in
      "layer \(layer.layer), \(grouped(layer.parameters)) parameters: largest \(layer.largest.short), "
        + "smallest \(layer.smallest.short)"
    }
    lines += sharpness.map { found in
      "sharpness of the \(found.objective) loss, λ = \(lambdaName(found.lambda)): at least "
        + "\(short(found.sam)) within ρ = \(lambdaName(found.rho)) (SAM; first order "
        + "\(short(found.samFirstOrder))), \(short(found.keskar)) % within ε = "
        + "\(lambdaName(found.epsilon)) (Keskar)"
    }
    if let slice {
      var line = "slice: uᵀHu, uᵀHv, vᵀHv \(slice.matrix.map(short).joined(separator: ", "))"
      if let curvature = slice.curvature {
        line += "; per length \(curvature.map(short).joined(separator: ", "))"
      }
      line += "; in the top \(slice.topEigenvectors) eigenvectors lie "
      line += "\(short(100 * slice.uShareInTop)) % of u, \(short(100 * slice.vShareInTop)) % of v"
      lines.append(line)
    }
    if let map {
      lines.append(
        "map, \(map.columns) × \(map.rows): convex at \(short(100 * map.convexShare)) % of points "
          + "(\(short(100 * map.convexShareInSlice)) % in the slice); critical decay "
          + "\(short(map.criticalDecay.least)) to \(short(map.criticalDecay.most)); "
          + "\(map.products) products, \(map.productsOfAColdPoint) at the first point"
          + (map.unconverged > 0 ? "; \(map.unconverged) points unconverged" : ""))
    }
    return lines
  }
}

extension CurvatureReport.EigenvalueRecord {
  /// To four digits; one that is not sure says so.
  var short: String {
    Landscape.short(value) + (isConverged ? "" : " (unconverged)")
  }
}

/// A number to four digits, for lines of text.
func short(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return lambdaName(value) }
  let scale = Double.pow(10, 3 - Double.log10(abs(value)).rounded(.down))
  let result = (value * scale).rounded() / scale
  return lambdaName(result.isFinite ? result : value)
}
