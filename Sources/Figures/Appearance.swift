import Foundation

/// Colours by their appearance, in the uniform space CAM02-UCS, and the way back to sRGB.
///
/// CIECAM02 (CIE 159:2004) inverted after Li and others 2017, average surround, white D65,
/// background of 20%, then J′ = 1.7 J / (1 + 0.007 J) and M′ = ln(1 + 0.0228 M) / 0.0228
/// (Luo, Cui and Li 2006).
struct Appearance {
  /// Luminance of the adapting field in cd/m².
  ///
  /// 64/π × 5 is what the design of viridis used (five times the 20% that was meant); the colours
  /// it published follow from that number only.
  static let viridisAdaptation = 64 / Double.pi * 5

  private let adaptation: Double
  private let factor: Double  // F_L
  private let induction: Double  // N_bb = N_cb
  private let exponent: Double  // c z
  private let chromaFactor: Double  // (1.64 − 0.29^n)^0.73
  private let gains: (Double, Double, Double)  // D Y_w / R_w + 1 − D
  private let whiteResponse: Double

  /// Makes the viewing conditions.
  init(adaptation: Double = Appearance.viridisAdaptation) {
    self.adaptation = adaptation
    let k = 1 / (5 * adaptation + 1)
    let k4 = k * k * k * k
    factor = 0.2 * k4 * 5 * adaptation + 0.1 * (1 - k4) * (1 - k4) * cbrt(5 * adaptation)
    let n = 0.2
    induction = 0.725 * pow(1 / n, 0.2)
    exponent = 0.69 * (1.48 + n.squareRoot())
    chromaFactor = pow(1.64 - pow(0.29, n), 0.73)
    let degree = 1 - exp((-adaptation - 42) / 92) / 3.6
    let white = Appearance.cat02((95.047, 100, 108.883))
    gains = (
      degree * 100 / white.0 + 1 - degree, degree * 100 / white.1 + 1 - degree,
      degree * 100 / white.2 + 1 - degree
    )
    let adapted = Appearance.cones(
      Appearance.fromCAT02((gains.0 * white.0, gains.1 * white.1, gains.2 * white.2)))
    let f = factor
    func response(_ x: Double) -> Double {
      let y = pow(f * x / 100, 0.42)
      return 400 * y / (27.13 + y) + 0.1
    }
    let r = (response(adapted.0), response(adapted.1), response(adapted.2))
    whiteResponse = (2 * r.0 + r.1 + r.2 / 20 - 0.305) * induction
  }

  /// The sRGB colour of J′, a′, b′, cut to the gamut.
  func color(j: Double, a: Double, b: Double) -> Color {
    let lightness = j / (1.7 - 0.007 * j)
    let colorfulness = (exp(0.0228 * (a * a + b * b).squareRoot()) - 1) / 0.0228
    let hue = atan2(b, a)
    let chroma = colorfulness / pow(factor, 0.25)
    let t = pow(chroma / ((lightness / 100).squareRoot() * chromaFactor), 1 / 0.9)
    let eccentricity = (cos(hue + 2) + 3.8) / 4
    let achromatic = whiteResponse * pow(lightness / 100, 1 / exponent)
    let p2 = achromatic / induction + 0.305
    var (redGreen, yellowBlue) = (0.0, 0.0)
    if t > 1e-12 {
      let p1 = 50000 / 13 * induction * eccentricity / t
      let (sine, cosine) = (sin(hue), cos(hue))
      // Dividing by the larger of sine and cosine keeps both branches exact.
      if abs(sine) >= abs(cosine) {
        let ratio = cosine / sine
        yellowBlue =
          p2 * 3.05 * 460 / 1403
          / (p1 / sine + 3.05 * 220 / 1403 * ratio - 27.0 / 1403 + 1.05 * 6300 / 1403)
        redGreen = yellowBlue * ratio
      } else {
        let ratio = sine / cosine
        redGreen =
          p2 * 3.05 * 460 / 1403
          / (p1 / cosine + 3.05 * 220 / 1403 - (27.0 / 1403 - 1.05 * 6300 / 1403) * ratio)
        yellowBlue = redGreen * ratio
      }
    }
    let compressed = (
      (460 * p2 + 451 * redGreen + 288 * yellowBlue) / 1403,
      (460 * p2 - 891 * redGreen - 261 * yellowBlue) / 1403,
      (460 * p2 - 220 * redGreen - 6300 * yellowBlue) / 1403
    )
    func expanded(_ x: Double) -> Double {
      let y = x - 0.1
      let size = 100 / factor * pow(27.13 * abs(y) / (400 - abs(y)), 1 / 0.42)
      return y < 0 ? -size : size
    }
    let cat = Appearance.cat02(
      Appearance.fromCones(
        (expanded(compressed.0), expanded(compressed.1), expanded(compressed.2))))
    let xyz = Appearance.fromCAT02((cat.0 / gains.0, cat.1 / gains.1, cat.2 / gains.2))
    let (x, y, z) = (xyz.0 / 100, xyz.1 / 100, xyz.2 / 100)
    func encoded(_ linear: Double) -> Double {
      let value = linear <= 0.003_130_8 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
      return min(max(value, 0), 1)
    }
    return Color(
      red: encoded(3.2406 * x - 1.5372 * y - 0.4986 * z),
      green: encoded(-0.9689 * x + 1.8758 * y + 0.0415 * z),
      blue: encoded(0.0557 * x - 0.2040 * y + 1.0570 * z))
  }

  private typealias Triple = (Double, Double, Double)

  private static func times(_ m: [Double], _ v: Triple) -> Triple {
    (
      m[0] * v.0 + m[1] * v.1 + m[2] * v.2, m[3] * v.0 + m[4] * v.1 + m[5] * v.2,
      m[6] * v.0 + m[7] * v.1 + m[8] * v.2
    )
  }

  private static func cat02(_ xyz: Triple) -> Triple {
    times([0.7328, 0.4296, -0.1624, -0.7036, 1.6975, 0.0061, 0.0030, 0.0136, 0.9834], xyz)
  }

  private static func fromCAT02(_ rgb: Triple) -> Triple {
    times(
      [
        1.096_123_820_835_514, -0.278_869_000_218_287, 0.182_745_179_382_773,
        0.454_369_041_975_359, 0.473_533_154_307_412, 0.072_097_803_717_229,
        -0.009_627_608_738_429, -0.005_698_031_216_113, 1.015_325_639_954_543,
      ], rgb)
  }

  /// Hunt-Pointer-Estevez cone responses.
  private static func cones(_ xyz: Triple) -> Triple {
    times([0.38971, 0.68898, -0.07868, -0.22981, 1.18340, 0.04641, 0, 0, 1], xyz)
  }

  private static func fromCones(_ rgb: Triple) -> Triple {
    times(
      [
        1.910_196_834_052_035, -1.112_123_892_787_875, 0.201_907_956_767_499,
        0.370_950_088_248_689, 0.629_054_257_392_613, -0.000_008_055_142_184, 0, 0, 1,
      ], rgb)
  }
}
