import Foundation
import Testing

@Suite struct BatchToolTests {
  private func folder() throws -> Tool.Folder {
    let folder = try Tool.Folder()
    for name in ["a", "b"] { try folder.write(Tool.scene, "\(name).yaml") }
    let nodata = Tool.scene.replacing(
      "{source: blobs, samples: 60, noise: 0.3}", with: "{source: npz, path: none.npz}")
    try folder.write(nodata, "nodata.yaml")
    try folder.write(
      Tool.scene + "penalty: {lambda: 0.01, scope: [9.weight]}\n", "noscope.yaml")
    try folder.write("data: digits\npenalty:\n  lamda: 1\nnetwork: [{dense: 10}]\n", "broken.yaml")
    return folder
  }

  @Test func `Several scenes are run, and the table is printed and written`() throws {
    let folder = try folder()
    for isSecond in [false, true] {
      let outcome = try Tool.run(
        ["batch", "a.yaml", "b.yaml", "--lambda", "1e-2...1", "x", "3", "--at-once", "2"],
        in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let lines = outcome.output.split(separator: "\n").map(String.init)
      #expect(lines.count == 10 && lines[0].hasPrefix("job  command  status"))
      #expect(lines[1].hasPrefix("a    render   done") && lines[4].hasPrefix("b    render   done"))
      #expect(lines[7].hasPrefix("2 of 2 runs done in "))
      #expect(lines[8...] == ["output/batch.csv", "output/batch.md"])
      // Such as `a: weights: trained before`.
      let notes = outcome.errors.split(separator: "\n").map {
        $0.split(separator: " ").prefix(2).joined(separator: " ")
      }
      let reused = ["a: surface:", "a: weights:", "b: surface:", "b: weights:"]
      #expect(notes.sorted() == (isSecond ? reused : []))
    }
    for name in [
      "output/batch.csv", "output/batch.md", "output/a/summary.json", "output/b/row.png",
    ] { #expect(folder.names.contains(name), "\(name)") }
    #expect(!folder.names.contains { $0.hasSuffix(".tmp") })
  }

  @Test(arguments: [("nodata", "noscope", Int32(66)), ("noscope", "nodata", 65)])
  func `The code is that of the first job to fail, and the others are done`(
    first: String, second: String, code: Int32
  ) throws {
    let folder = try folder()
    try folder.write(
      """
      - {scene: a.yaml, out: out/a}
      - {scene: \(first).yaml}
      - {scene: a.yaml, command: sweep, lambda: "0.01,1", out: out/a/sweep}
      - {scene: \(second).yaml}
      - {scene: b.yaml, command: curvature, set: {grid: 3}}

      """, "jobs.yaml")
    let outcome = try Tool.run(["batch", "--jobs", "jobs.yaml", "--out", "out"], in: folder)
    #expect(outcome.code == code, "\(outcome.errors)")
    let errors = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("landscape: ") }
    #expect(errors.count == 2, "\(errors)")
    for name in [first, second] {
      #expect(errors.contains { $0.hasPrefix("landscape: \(name): ") }, "\(errors)")
      #expect(outcome.output.contains("\n\(name)  ") && folder.names.contains("out/batch.csv"))
    }
    #expect(outcome.output.contains("\n3 of 5 runs done in "))
    for name in [
      "out/a/summary.json", "out/a/sweep/sweep.json", "out/b/curvature.json", "out/batch.md",
    ] { #expect(folder.names.contains(name), "\(name)") }
  }

  static let cases: [ToolTests.Case] = [
    .init("batch", 64, "name scenes", "'--jobs'"),
    .init("batch a.yaml --at-once 0", 64, "'--at-once' is 0"),
    .init("batch a.yaml --threads 0", 64, "'--threads' is 0"),
    .init("batch a.yaml --command train", 64, "train"),
    .init("batch a.yaml --grid 1", 64, "'--grid' is '1'"),
    .init("batch a.yaml b.yaml --command sweep", 64, "a.yaml: a sweep needs"),
    .init(
      "batch a.yaml --command animate --lambda 0.1,1 --format svg", 64,
      "'--format' means nothing to 'animate'"),
    .init("batch a.yaml b.yaml ./a.yaml", 64, "'render a' and 'render a'", "output/a"),
    .init("batch --jobs jobs.yaml a.yaml", 64, "leave out the scenes"),
    .init("batch --jobs jobs.yaml --lambda 1", 64, "leave out '--lambda'"),
    .init("batch --jobs jobs.yaml --dpi 50", 64, "leave out '--dpi'"),
    .init("batch --jobs jobs.yaml", 65, "jobs.yaml:2: unknown key 'lamda' in 'job 2'"),
    .init("batch a.yaml broken.yaml", 65, "broken.yaml:3:"),
    .init("batch a.yaml none.yaml", 66, "none.yaml"), .init("batch a.yaml digit", 66, "'digits'?"),
    .init("batch --jobs none.yaml", 66, "none.yaml"),
    .init("batch a.yaml --out /dev/null/x", 73, "/dev/null/x: cannot be written"),
  ]

  @Test(arguments: cases)
  func `What cannot be run is told before anything is`(test: ToolTests.Case) throws {
    let folder = try folder()
    try folder.write("- {scene: a.yaml}\n- {scene: b.yaml, lamda: 1}\n", "jobs.yaml")
    let outcome = try Tool.run(test.arguments, in: folder)
    #expect(outcome.code == test.code && outcome.output == "", "\(outcome.errors)")
    for part in test.says { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
    #expect(!folder.names.contains { $0.hasPrefix("output/") })
  }

  @Test func `An interruption leaves no part of a file, and the next batch goes on`() throws {
    let folder = try folder()
    let long = Tool.scene.replacing("grid: 5", with: "grid: 3001")
    try folder.write(long, "long.yaml")
    let process = try Tool.start(
      ["batch", "a.yaml", "long.yaml", "b.yaml", "--threads", "2"], in: folder)
    for _ in 0..<600 where !folder.names.contains("output/long/weights.safetensors") {
      Thread.sleep(forTimeInterval: 0.05)
    }
    process.interrupt()
    let outcome = try Tool.finish(process, in: folder)
    #expect(outcome.code == 130 && outcome.output == "")
    #expect(!folder.names.contains { $0.hasSuffix(".tmp") || $0.contains("batch.") })
    #expect(folder.names.contains("output/long/weights.safetensors"))

    let next = try Tool.run(
      ["batch", "a.yaml", "long.yaml", "b.yaml", "--grid", "5"], in: folder)
    #expect(next.code == 0 && next.errors.contains("long: weights: trained before"))
  }
}
