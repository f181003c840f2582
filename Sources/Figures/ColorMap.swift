import Foundation

/// Colours for positions between 0 and 1.
public struct ColorMap: Hashable, Sendable {
  /// The map's name, such as `viridis`.
  public let name: String
  /// Whether 0.5 is neutral and the two halves are opposite; such a map is centred on the value 0.
  public let isDiverging: Bool
  /// 256 colours, evenly spaced from 0 to 1.
  public let table: [Color]

  /// Makes a map from its 256 colours.
  private init(name: String, isDiverging: Bool = false, color: (Double) -> Color) {
    self.name = name
    self.isDiverging = isDiverging
    table = (0..<256).map { color(Double($0) / 255) }
  }

  /// Makes a map through evenly spaced colours, 0xRRGGBB, by a natural cubic spline in OKLab.
  private init(name: String, isDiverging: Bool = false, knots: [UInt32]) {
    let spline = OKLabSpline(knots: knots)
    self.init(name: name, isDiverging: isDiverging) { spline.color(at: $0) }
  }

  /// The colour at a position, between neighbouring table entries; positions outside 0 to 1 take
  /// the colour of the nearer end.
  public func color(at position: Double) -> Color {
    let place = min(max(position.isNaN ? 0 : position, 0), 1) * 255
    let index = min(Int(place), 254)
    return table[index].mixed(with: table[index + 1], place - Double(index))
  }

  /// The maps by name.
  public static let all = [viridis, inferno, magma, batlow, blueYellow, diverging, vik]

  /// viridis (Smith, van der Walt and Firing 2015), recomputed from its design: a Bézier curve
  /// through six points of the a′b′ plane, followed at equal steps, lightness J′ from 18.87 to 92.5.
  ///
  /// The fourteen numbers are published under CC0 (`option_d.py` in github.com/BIDS/colormap).
  public static let viridis = {
    let controls = [
      (22.674_387_857_633_945, -20.102_530_541_012_214),
      (11.221_508_276_482_126, -33.082_460_732_984_29),
      (-14.356_589_454_756_971, -42.244_764_397_905_74),
      (-47.188_177_587_392_218, -5.595_549_738_219_887),
      (-34.590_010_048_125_21, 42.506_544_502_617_8),
      (-6.051_629_119_635_265_4, 40.133_951_571_354_97),
    ]
    let space = Appearance()
    let curve = ArcLengthCurve(bernstein: controls)
    return ColorMap(name: "viridis") { position in
      let (a, b) = curve.point(at: position)
      return space.color(j: 18.867_187_5 + (92.5 - 18.867_187_5) * position, a: a, b: b)
    }
  }()

  /// inferno (Smith and van der Walt 2015, CC0), a natural cubic spline in OKLab through 25 of its
  /// published colours; it stays within one step of 255 of the published table.
  public static let inferno = ColorMap(
    name: "inferno",
    knots: [
      0x00_0004, 0x05_0418, 0x11_0a30, 0x21_0c4a, 0x33_0a5e, 0x45_0a69, 0x57_106d,
      0x68_166e, 0x78_1c6d, 0x89_226a, 0x9a_2865, 0xab_2f5e, 0xbb_3755, 0xca_404a,
      0xd8_4c3f, 0xe3_5932, 0xed_6925, 0xf4_7a17, 0xf9_8d0a, 0xfc_a108, 0xfc_b519,
      0xf9_ca32, 0xf4_de52, 0xf2_f17b, 0xfc_ffa4,
    ])

  /// magma (Smith and van der Walt 2015, CC0), made as ``inferno``.
  public static let magma = ColorMap(
    name: "magma",
    knots: [
      0x00_0004, 0x05_0417, 0x10_0c2d, 0x1d_1146, 0x2d_1160, 0x3f_0f73, 0x50_127c,
      0x61_1980, 0x72_1f81, 0x82_2681, 0x93_2b80, 0xa4_317e, 0xb6_3779, 0xc7_3d73,
      0xd7_456c, 0xe6_5163, 0xf1_605d, 0xf8_735c, 0xfb_8761, 0xfd_9b6b, 0xfe_af78,
      0xfe_c387, 0xfe_d698, 0xfd_e9ab, 0xfc_fdbf,
    ])

  /// batlow (Crameri 2018, doi:10.5281/zenodo.1243862; MIT), through 25 of its published colours;
  /// within two steps of 255 of the published table.
  public static let batlow = ColorMap(
    name: "batlow",
    knots: [
      0x01_1959, 0x0a_295c, 0x0e_375e, 0x11_4360, 0x14_4d62, 0x19_5762, 0x22_6061,
      0x2e_675d, 0x3c_6d56, 0x4d_734d, 0x5d_7843, 0x6f_7d3a, 0x81_8232, 0x95_872c,
      0xaa_8c2d, 0xbf_9035, 0xd2_9343, 0xe4_9755, 0xf2_9d6c, 0xfa_a484, 0xfd_ac9d,
      0xfd_b4b4, 0xfd_bcca, 0xfc_c4e2, 0xfa_ccfa,
    ])

  /// From dark blue over grey to yellow, a map of our own that reads alike with every common kind of
  /// colour blindness and in greyscale.
  ///
  /// Lightness J′ rises evenly from 15 to 93 while the hue stays on the blue-yellow axis, which both
  /// red-green deficiencies keep: the idea of cividis (Nuñez, Anderton and Renslow 2018).
  public static let blueYellow = {
    let space = Appearance()
    return ColorMap(name: "blue-yellow") { position in
      space.color(j: 15 + 78 * position, a: -2 * position, b: -26 + 62 * position)
    }
  }()

  /// vik (Crameri 2018, as ``batlow``), from blue over white to brown; within a step of 255.
  public static let vik = ColorMap(
    name: "vik", isDiverging: true,
    knots: [
      0x00_1261, 0x02_236c, 0x02_3376, 0x03_4481, 0x06_558c, 0x15_6898, 0x2f_7ca6,
      0x4f_92b5, 0x71_a8c4, 0x92_bdd2, 0xb4_d1e0, 0xd5_e3e9, 0xec_e5e1, 0xed_d5c8,
      0xe5_c0ab, 0xdc_ab8f, 0xd3_9774, 0xcb_845b, 0xc3_7243, 0xba_5e2b, 0xaa_4613,
      0x93_2e06, 0x7e_1d06, 0x6b_0e07, 0x59_0008,
    ])

  /// From blue over white to orange-brown, a diverging map of our own.
  ///
  /// Lightness J′ falls evenly from 96 at the
  /// middle to 30 at both ends, so equal distances from zero look equally dark; blue against
  /// orange is told apart with every common kind of colour blindness.
  public static let diverging = {
    let space = Appearance()
    return ColorMap(name: "diverging", isDiverging: true) { position in
      let distance = abs(2 * position - 1)
      // Colourfulness rises fast and then holds, within what sRGB can show at that lightness.
      let strength = sin(.pi / 2 * min(1, 1.25 * distance)) * (1 - 0.25 * distance * distance)
      let (a, b) = position < 0.5 ? (-9.0, -32.0) : (17.0, 29.0)
      return space.color(j: 96 - 66 * distance, a: a * strength, b: b * strength)
    }
  }()
}

extension Color {
  /// This colour moved toward another by a fraction, in sRGB.
  func mixed(with other: Color, _ fraction: Double) -> Color {
    Color(
      red: red + (other.red - red) * fraction, green: green + (other.green - green) * fraction,
      blue: blue + (other.blue - blue) * fraction, alpha: alpha + (other.alpha - alpha) * fraction)
  }

  /// The colour as a pixel, 0xRRGGBB.
  var pixel: UInt32 {
    func byte(_ part: Double) -> UInt32 { UInt32((min(max(part, 0), 1) * 255).rounded()) }
    return byte(red) << 16 | byte(green) << 8 | byte(blue)
  }
}

/// A Bézier curve in a plane, followed at equal steps of its length.
private struct ArcLengthCurve {
  private let points: [(Double, Double)]
  private let lengths: [Double]

  init(bernstein controls: [(Double, Double)]) {
    let samples = 1000
    points = (0...samples).map { index in
      var level = controls
      let t = Double(index) / Double(samples)
      while level.count > 1 {  // de Casteljau
        level = zip(level, level.dropFirst()).map { left, right in
          (left.0 + (right.0 - left.0) * t, left.1 + (right.1 - left.1) * t)
        }
      }
      return level[0]
    }
    var sum = 0.0
    var sums = [0.0]
    for (from, to) in zip(points, points.dropFirst()) {
      sum += hypot(to.0 - from.0, to.1 - from.1)
      sums.append(sum)
    }
    lengths = sums.map { $0 / sum }
  }

  func point(at fraction: Double) -> (Double, Double) {
    let index = min(max(lengths.partitioningIndex { $0 >= fraction }, 1), points.count - 1)
    let (low, high) = (lengths[index - 1], lengths[index])
    let t = high > low ? (fraction - low) / (high - low) : 0
    let (from, to) = (points[index - 1], points[index])
    return (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t)
  }
}

extension Array {
  /// The first index whose element satisfies a predicate that is false, then true (binary search).
  func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// A natural cubic spline through evenly spaced colours, in OKLab (Ottosson 2020).
private struct OKLabSpline {
  private let values: [[Double]]
  private let curvatures: [[Double]]

  init(knots: [UInt32]) {
    let lab = knots.map(OKLabSpline.lab)
    values = (0..<3).map { part in lab.map { $0[part] } }
    curvatures = values.map { y in
      // Second derivatives at unit spacing: (1 4 1) m = 6 Δ²y, zero at the ends.
      var ratio = [0.0]
      var right = [0.0]
      for i in 1..<(y.count - 1) {
        let pivot = 4 - ratio[i - 1]
        ratio.append(1 / pivot)
        right.append((6 * (y[i - 1] - 2 * y[i] + y[i + 1]) - right[i - 1]) / pivot)
      }
      var m = [Double](repeating: 0, count: y.count)
      for i in stride(from: y.count - 2, to: 0, by: -1) { m[i] = right[i] - ratio[i] * m[i + 1] }
      return m
    }
  }

  func color(at position: Double) -> Color {
    let last = values[0].count - 1
    let place = position * Double(last)
    let i = min(Int(place), last - 1)
    let t = place - Double(i)
    let s = 1 - t
    let lab = zip(values, curvatures).map { y, m in
      s * y[i] + t * y[i + 1] + ((s * s * s - s) * m[i] + (t * t * t - t) * m[i + 1]) / 6
    }
    let l = pow(lab[0] + 0.396_337_777_4 * lab[1] + 0.215_803_757_3 * lab[2], 3)
    let m = pow(lab[0] - 0.105_561_345_8 * lab[1] - 0.063_854_172_8 * lab[2], 3)
    let n = pow(lab[0] - 0.089_484_177_5 * lab[1] - 1.291_485_548_0 * lab[2], 3)
    func encoded(_ linear: Double) -> Double {
      let value = linear <= 0.003_130_8 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
      return min(max(value, 0), 1)
    }
    return Color(
      red: encoded(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * n),
      green: encoded(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * n),
      blue: encoded(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * n))
  }

  private static func lab(_ pixel: UInt32) -> [Double] {
    func linear(_ shift: UInt32) -> Double {
      let value = Double(pixel >> shift & 255) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let (r, g, b) = (linear(16), linear(8), linear(0))
    let l = cbrt(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b)
    let m = cbrt(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b)
    let s = cbrt(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b)
    return [
      0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
      1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
      0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
  }
}
