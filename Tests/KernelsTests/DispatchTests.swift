import Foundation
import Kernels
import Testing

@Suite struct DispatchTests {
  @Test func portableKernelsAreAlwaysThere() {
    #expect(kernel_table_named_f32("portable") != nil)
    #expect(kernel_table_named_f64("portable") != nil)
    #expect(kernel_table_named_f32("none") == nil)
    #expect(kernel_table_named_f64("none") == nil)
  }

  @Test func theBestOrTheNamedInstructionSetIsInUse() {
    let wanted = ProcessInfo.processInfo.environment["LANDSCAPE_KERNELS"]
    let expected = instructionSets.first { $0 == wanted } ?? instructionSets[0]
    #expect(String(cString: kernel_instruction_set()) == expected)
  }

  @Test func whatThereIsIsNamedTheBestFirst() {
    let names = String(cString: kernel_instruction_sets()).components(separatedBy: ", ")
    #expect(names == instructionSets)
    let wanted = ProcessInfo.processInfo.environment["LANDSCAPE_KERNELS"] ?? ""
    #expect((kernel_refused_instruction_set() == nil) == (wanted.isEmpty || names.contains(wanted)))
  }

  @Test func callsGoToTheInstructionSetInUse() throws {
    let f32 = try #require(KernelSet<Float>(String(cString: kernel_instruction_set())))
    let f64 = try #require(KernelSet<Double>(String(cString: kernel_instruction_set())))
    var numbers = Numbers(seed: 9)
    let x: [Float] = numbers.array(100, scale: 4)
    var y = x
    kernel_activate_f32(x, 100, &y, kernel_softplus, 0)
    #expect(y == f32.activated(x, .named("softplus")))
    let wide = x.map(Double.init)
    var result = wide
    kernel_activate_f64(wide, 100, &result, kernel_softplus, 0)
    #expect(result == f64.activated(wide, .named("softplus")))
  }
}
