import Foundation
import Testing

@testable import Figures

/// CAM02-UCS forward, written from the standard's formulas as a second method to the inverse in
/// the module; correct viewing conditions (adapting luminance 64/π/5) for judging maps.
struct UniformColor {
  var j, a, b: Double

  init(_ color: Color, adaptation: Double = 64 / Double.pi / 5) {
    func linear(_ v: Double) -> Double {
      v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
    }
    let (r, g, bl) = (linear(color.red), linear(color.green), linear(color.blue))
    let xyz = [
      41.24 * r + 35.76 * g + 18.05 * bl, 21.26 * r + 71.52 * g + 7.22 * bl,
      1.93 * r + 11.92 * g + 95.05 * bl,
    ]
    func times(_ m: [[Double]], _ v: [Double]) -> [Double] {
      m.map { zip($0, v).map(*).reduce(0, +) }
    }
    let cat = [[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]]
    let inverse = [
      [1.0961238, -0.2788690, 0.1827452], [0.4543690, 0.4735332, 0.0720978],
      [-0.0096276, -0.0056980, 1.0153256],
    ]
    let hunt = [[0.38971, 0.68898, -0.07868], [-0.22981, 1.18340, 0.04641], [0, 0, 1]]
    let white = times(cat, [95.047, 100, 108.883])
    let d = 1 - exp((-adaptation - 42) / 92) / 3.6
    let k = 1 / (5 * adaptation + 1)
    let f =
      0.2 * pow(k, 4) * 5 * adaptation
      + 0.1 * pow(1 - pow(k, 4), 2) * cbrt(5 * adaptation)
    let induction = 0.725 * pow(5, 0.2)
    func response(_ xyz: [Double]) -> [Double] {
      let adapted = zip(times(cat, xyz), white).map { $0 * (d * 100 / $1 + 1 - d) }
      return times(hunt, times(inverse, adapted)).map { x in
        let p = pow(f * abs(x) / 100, 0.42)
        return (x < 0 ? -1 : 1) * 400 * p / (27.13 + p) + 0.1
      }
    }
    func achromatic(_ v: [Double]) -> Double {
      (2 * v[0] + v[1] + v[2] / 20 - 0.305) * induction
    }
    let v = response(xyz)
    let lightness =
      100
      * pow(
        achromatic(v) / achromatic(response([95.047, 100, 108.883])), 0.69 * (1.48 + sqrt(0.2)))
    let (p, q) = (v[0] - 12 * v[1] / 11 + v[2] / 11, (v[0] + v[1] - 2 * v[2]) / 9)
    let hue = atan2(q, p)
    let t =
      50000.0 / 13 * induction * (cos(hue + 2) + 3.8) / 4 * hypot(p, q)
      / (v[0] + v[1] + 1.05 * v[2])
    let chroma = pow(t, 0.9) * sqrt(lightness / 100) * pow(1.64 - pow(0.29, 0.2), 0.73)
    let colorfulness = log(1 + 0.0228 * chroma * pow(f, 0.25)) / 0.0228
    j = 1.7 * lightness / (1 + 0.007 * lightness)
    a = colorfulness * cos(hue)
    b = colorfulness * sin(hue)
  }

  func distance(to other: UniformColor) -> Double {
    sqrt(pow(j - other.j, 2) + pow(a - other.a, 2) + pow(b - other.b, 2))
  }
}

/// A kind of colour blindness, as Machado, Oliveira and Fernandes (2009) simulate its full form: a
/// matrix on linear red, green and blue.
enum Deficiency: CaseIterable {
  case none, deutan, protan, tritan

  func seen(_ color: Color) -> Color {
    func linear(_ v: Double) -> Double {
      v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
    }
    func encoded(_ v: Double) -> Double {
      let v = min(max(v, 0), 1)
      return v <= 0.003_130_8 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055
    }
    let matrix: [[Double]] =
      switch self {
      case .none: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
      case .deutan:
        [
          [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
          [-0.011820, 0.042940, 0.968881],
        ]
      case .protan:
        [
          [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
          [-0.003882, -0.048116, 1.051998],
        ]
      case .tritan:
        [
          [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
          [0.004733, 0.691367, 0.303900],
        ]
      }
    let rgb = [linear(color.red), linear(color.green), linear(color.blue)]
    let seen = matrix.map { encoded(zip($0, rgb).map(*).reduce(0, +)) }
    return Color(red: seen[0], green: seen[1], blue: seen[2])
  }
}

@Suite struct ColorMapTests {
  @Test(arguments: [
    (
      ColorMap.viridis,
      [
        0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725,
      ] as [UInt32]
    ),
    (
      .inferno,
      [
        0x000004, 0x210c4a, 0x57106e, 0x8a226a, 0xbc3754, 0xe45a31, 0xf98e09, 0xf9cb35, 0xfcffa4,
      ]
    ),
    (
      .magma,
      [
        0x000004, 0x1d1147, 0x51127c, 0x832681, 0xb73779, 0xe75263, 0xfc8961, 0xfec488, 0xfcfdbf,
      ]
    ),
    (
      .batlow,
      [
        0x011959, 0x114360, 0x226061, 0x4d734d, 0x828231, 0xc09036, 0xf29d6d, 0xfdb4b6, 0xfaccfa,
      ]
    ),
    (
      .vik,
      [
        0x001261, 0x034481, 0x307da6, 0x94bed2, 0xece5e0, 0xdbaa8d, 0xc27041, 0x912d06, 0x590008,
      ]
    ),
  ])
  func `the maps agree with the published tables to two steps`(map: ColorMap, published: [UInt32]) {
    for (index, expected) in zip([0, 32, 64, 96, 128, 160, 192, 224, 255], published) {
      let pixel = map.table[index].pixel
      for shift: UInt32 in [0, 8, 16] {
        let difference = Int(pixel >> shift & 255) - Int(expected >> shift & 255)
        #expect(abs(difference) <= 2, "\(map.name) \(index)")
      }
    }
  }

  @Test func `going to CAM02-UCS and back gives the colour`() {
    let space = Appearance()
    for color in ColorMap.viridis.table + ColorMap.inferno.table.dropFirst(20) {
      let place = UniformColor(color, adaptation: Appearance.viridisAdaptation)
      let back = space.color(j: place.j, a: place.a, b: place.b)
      #expect(abs(back.red - color.red) < 3e-3)
      #expect(abs(back.green - color.green) < 3e-3)
      #expect(abs(back.blue - color.blue) < 3e-3)
    }
  }

  @Test(arguments: ColorMap.all.filter { !$0.isDiverging })
  func `lightness rises all the way, in even steps`(map: ColorMap) {
    let table = map.table.map { UniformColor($0) }
    #expect(zip(table, table.dropFirst()).allSatisfy { $0.j < $1.j })
    let steps = zip(table, table.dropFirst()).map { $0.distance(to: $1) }
    let mean = steps.reduce(0, +) / Double(steps.count)
    let spread = sqrt(steps.map { pow($0 - mean, 2) }.reduce(0, +) / Double(steps.count)) / mean
    #expect(spread < 0.3)
  }

  @Test(arguments: ColorMap.all, Deficiency.allCases)
  func `nine colours stay apart, and neighbours more than just so`(
    map: ColorMap, deficiency: Deficiency
  ) {
    let nine = (0..<9).map { UniformColor(deficiency.seen(map.color(at: Double($0) / 8))) }
    for (i, first) in nine.enumerated() {
      for second in nine[(i + 1)...] { #expect(first.distance(to: second) >= 6) }
    }
    // As many bands as a figure has at most.
    let most = (0..<14).map { UniformColor(deficiency.seen(map.color(at: Double($0) / 13))) }
    #expect(zip(most, most.dropFirst()).allSatisfy { $0.distance(to: $1) >= 3 })
  }

  @Test(arguments: ColorMap.all.filter { !$0.isDiverging })
  func `bands stay in order and apart in greyscale`(map: ColorMap) {
    let most = (0..<14).map { UniformColor(map.color(at: Double($0) / 13)).j }
    #expect(zip(most, most.dropFirst()).allSatisfy { $1 - $0 >= 3 })
  }

  @Test func `the diverging map is neutral at the middle and even on both sides`() {
    let map = ColorMap.diverging
    let middle = UniformColor(map.color(at: 0.5))
    #expect(hypot(middle.a, middle.b) < 3)
    for step in 1...20 {
      let offset = Double(step) / 40
      let left = UniformColor(map.color(at: 0.5 - offset))
      let right = UniformColor(map.color(at: 0.5 + offset))
      #expect(abs(left.j - right.j) < 3)
      #expect(left.j < middle.j)
      #expect(left.distance(to: right) > min(8, 160 * offset))
    }
    let table = map.table.map { UniformColor($0).j }
    #expect(zip(table[..<127], table[1...127]).allSatisfy { $0 < $1 })
    #expect(zip(table[128...], table[129...]).allSatisfy { $0 > $1 })
  }

  @Test func `positions outside and missing ones take an end's colour`() {
    #expect(ColorMap.viridis.color(at: -3) == ColorMap.viridis.table[0])
    #expect(ColorMap.viridis.color(at: .infinity) == ColorMap.viridis.table[255])
    #expect(ColorMap.viridis.color(at: .nan) == ColorMap.viridis.table[0])
  }

  @Test func `ink reads on every solid colour`() {
    for red in 0..<9 {
      for green in 0..<9 {
        for blue in 0..<9 {
          let color = Color(
            red: Double(red) / 8, green: Double(green) / 8, blue: Double(blue) / 8)
          #expect(Contrast.ratio(Contrast.ink(on: [color]), color) >= 4.58)
          #expect(Contrast.ratio(Contrast.shade(on: [color], ratio: 3), color) >= 3)
        }
      }
    }
  }
}
