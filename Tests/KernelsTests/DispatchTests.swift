import Kernels
import Testing

@Suite struct DispatchTests {
  @Test func portableKernelsAreAlwaysThere() {
    #expect(kernel_table_named_f32("portable") != nil)
    #expect(kernel_table_named_f64("portable") != nil)
    #expect(kernel_table_named_f32("none") == nil)
  }
}
