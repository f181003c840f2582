import TensorFiles
import Testing

@testable import Datasets

@Suite struct FingerprintTests {
  /// Values of the reference implementation (xxHash 0.8) for the words i · 0123456789ABCDEF.
  @Test(
    arguments: [
      (0, 0xEF46_DB37_51D8_E999), (1, 0xEA3C_5208_1E98_43EC), (3, 0xDDB0_8DAA_D008_F62F),
      (4, 0x110D_811B_C0F0_8A35), (5, 0x2686_B8C2_CACD_00A6), (8, 0xD030_A23D_388E_C517),
      (11, 0x0C85_6FA4_3275_7C66),
    ] as [(Int, UInt64)])
  func theHashIsXXH64(count: Int, expected: UInt64) {
    var hash = Fingerprint()
    for i in 0..<count { hash.add(UInt64(i + 1) &* 0x0123_4567_89AB_CDEF) }
    #expect(hash.finished == expected)
  }

  @Test func anyDifferenceChangesTheFingerprint() throws {
    func data(
      _ shape: [Int] = [2], _ inputs: [Double] = [1, 2, 3, 4],
      _ targets: Targets = .classes([0, 1], count: 2)
    ) throws -> String {
      try Dataset(name: "d", inputShape: shape, inputs: inputs, targets: targets).fingerprint
    }
    let prints = try [
      data(), data([1, 2]), data([2], [1, 2, 3, 4.000000000000001]), data([2], [2, 1, 3, 4]),
      data([2], [1, 2, 3, 4], .classes([1, 0], count: 2)),
      data([2], [1, 2, 3, 4], .classes([0, 1], count: 3)),
      data([2], [1, 2, 3, 4], .values([0, 1], outputs: 1)),
      data([2], [1, 2, 3, 4], .values([0, 1, 0, 1], outputs: 2)),
    ]
    #expect(Set(prints).count == prints.count)
    #expect(try data() == prints[0])
  }

  @Test func theDigitsHaveTheFingerprintThatPythonFinds() throws {
    #expect(try Dataset.digits().fingerprint == "40c924765655b64a")
  }
}
