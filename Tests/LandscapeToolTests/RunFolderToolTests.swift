import Foundation
import Testing

@Suite struct RunFolderToolTests {
  private func folder() throws -> Tool.Folder {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    return folder
  }

  private func tool(_ line: String, _ folder: Tool.Folder) throws -> Tool.Outcome {
    try Tool.run(line.split(separator: " ").map(String.init), in: folder)
  }

  private func contents(_ folder: Tool.Folder) -> [String: Data] {
    var found: [String: Data] = [:]
    for name in folder.names where !name.hasSuffix("runs.json") {
      found[name] = try? Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))
    }
    return found
  }

  @Test func `Commands one after another destroy nothing of each other`() throws {
    let folder = try folder()
    let sweeps = "--slices 1 --panels 2 --descent-steps 2"
    var known: [String: Data] = [:]
    for line in [
      "render tiny.yaml --lambda 0.01", "render tiny.yaml --lambda 0.02",
      "render tiny.yaml --lambda 0,0.1", "render tiny.yaml --lambda 0,0.1 --retrain",
      "render tiny.yaml --lambda 0.01 --grid 4", "curvature tiny.yaml --lambda 0.01 --map 3",
      "sweep tiny.yaml --lambda 0.1...1x3 \(sweeps)",
      "sweep tiny.yaml --lambda 0.1...1x2 \(sweeps)",
      "animate tiny.yaml --lambda 0.01,1 --frames 2 --pixels 100",
      "animate tiny.yaml --path training --frames 2 --pixels 100",
      "render tiny.yaml --directions-count 2", "render tiny.yaml --figure line --lambda 0,1e-3",
      "train tiny.yaml --lambda 3", "export output/tiny/surface.npz --to vts",
      "batch tiny.yaml --lambda 0.5", "batch tiny.yaml --command sweep --lambda 0.1,0.5",
      "rerun output/tiny/lambda-0.01/contour.png", "rerun output/tiny-2/lambda-0.02/contour.png",
    ] {
      let outcome = try tool(line, folder)
      #expect(outcome.code == 0, "\(line): \(outcome.errors)")
      let now = contents(folder)
      for (name, bytes) in known where !name.hasPrefix("output/rerun/") {
        #expect(now[name] == bytes, "\(line): \(name)")
      }
      known = now
      for name in outcome.output.split(separator: "\n") where name.hasPrefix("output/") {
        #expect(folder.names.contains(String(name.prefix { $0 != ":" })), "\(line): \(name)")
      }
    }
    for name in [
      "tiny-2/lambda-0.02/contour.png", "tiny/curvature.json", "tiny/animation.png",
      "tiny/sweep-2/report.html", "tiny/sweep-3/sweep.json", "batch.md", "batch-2.md",
    ] { #expect(folder.names.contains("output/" + name), "\(name)") }
  }

  @Test func `The folder beside is named in one line, and found again`() throws {
    let folder = try folder()
    #expect(try tool("render tiny.yaml --lambda 0.01 --data-only", folder).code == 0)
    for isSecond in [false, true] {
      let outcome = try tool("render tiny.yaml --lambda 0.02 --data-only", folder)
      #expect(
        outcome.errors.contains(
          "output/tiny holds other results; this run is written to output/tiny-2"))
      #expect(outcome.output.hasPrefix("output/tiny-2/summary.json\n"))
      #expect(outcome.errors.contains("weights: trained before") == isSecond)
    }
    let back = try tool("render tiny.yaml --lambda 0.01 --data-only", folder)
    #expect(back.output.hasPrefix("output/tiny/summary.json\n"))
    #expect(!folder.names.contains("output/tiny-3"))
  }

  @Test func `A folder that was given is refused with 73, or replaced where that is asked for`()
    throws
  {
    let folder = try folder()
    #expect(try tool("render tiny.yaml --lambda 0.01,1 --out a", folder).code == 0)
    let before = contents(folder)
    let refused = try tool("render tiny.yaml --lambda 0.02 --out a", folder)
    #expect(refused.code == 73 && refused.output == "")
    #expect(
      refused.errors
        == "landscape: a holds the results of 'landscape render tiny.yaml --lambda 0.01,1': give "
        + "another folder with --out, or replace what is there with --replace\n")
    #expect(contents(folder) == before)
    let replaced = try tool("render tiny.yaml --lambda 0.02 --out a --replace", folder)
    #expect(
      replaced.code == 0
        && replaced.errors.contains("'landscape render tiny.yaml --lambda 0.01,1' is replaced"))
    #expect(!folder.names.contains { $0.contains("row.") || $0.contains("lambda-1") })
    let info = try tool("info a/runs.json", folder)
    #expect(info.output.contains("render: landscape render tiny.yaml --lambda 0.02, "))
  }

  @Test func `Of two runs in one folder the second is told to wait, and another study goes beside`()
    throws
  {
    let folder = try folder()
    try folder.write(Tool.scene.replacing("grid: 5", with: "grid: 3001"), "long.yaml")
    let line = "render long.yaml --data-only --threads 1"
    // What a program prints lies in the folder that it runs in: that of the other program.
    let second = try Tool.Folder()
    let process = try Tool.start(line.split(separator: " ").map(String.init), in: folder)
    for _ in 0..<600 where !folder.names.contains("output/long/weights.safetensors") {
      Thread.sleep(forTimeInterval: 0.05)
    }
    func other(_ line: String) throws -> Tool.Outcome {
      try Tool.run(line.split(separator: " ").map(String.init), in: second)
    }
    try FileManager.default.createSymbolicLink(
      atPath: second.path + "/output", withDestinationPath: folder.path + "/output")
    for name in ["tiny.yaml", "long.yaml"] {
      try FileManager.default.copyItem(
        atPath: "\(folder.path)/\(name)", toPath: "\(second.path)/\(name)")
    }
    let busy = try other(line)
    #expect(busy.code == 75 && busy.output == "", "\(busy)")
    #expect(busy.errors.hasPrefix("landscape: output/long: another run is writing there ("))
    #expect(busy.errors.split(separator: "\n").count == 1)
    let beside = try other("render long.yaml --grid 3 --data-only")
    #expect(beside.code == 0 && beside.output.hasPrefix("output/long-2/"), "\(beside)")
    process.interrupt()
    #expect(try Tool.finish(process, in: folder).code == 130)
    // What was begun is kept, and known.
    let named = try tool("render long.yaml --grid 3 --data-only --out output/long", folder)
    #expect(named.code == 73 && named.errors.contains("what was begun by"), "\(named.errors)")
  }

  @Test func `Results are told where there is no terminal, and files are printed alone`() throws {
    let folder = try folder()
    let outcome = try tool("render tiny.yaml --lambda 0.1", folder)
    #expect(
      outcome.errors.contains("λ = 0.1: at the centre ") && outcome.errors.contains("accuracy"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.hasPrefix("output/tiny/") })
  }

  @Test func `A file that a figure needs and that is missing is asked for by --files`() throws {
    let folder = try folder()
    #expect(try tool("train tiny.yaml --out w", folder).code == 0)
    #expect(
      try tool("render tiny.yaml --weights w/weights.safetensors --dpi 40 --out a", folder).code
        == 0)
    let figure = "a/lambda-0.01/contour.png"
    let missing = try tool("rerun \(figure) --out b", folder)
    #expect(missing.code == 66 && missing.errors.contains("'--files'"), "\(missing.errors)")
    #expect(try tool("rerun \(figure) --out b --files w", folder).code == 0)
    // What was made to be compared gives way to the next; what was not does not.
    #expect(try tool("render tiny.yaml --lambda 0.3 --out c", folder).code == 0)
    #expect(try tool("rerun c/lambda-0.3/contour.png --out b", folder).code == 0)
    let refused = try tool("rerun \(figure) --files w --out c", folder)
    #expect(refused.code == 73 && refused.errors.contains("--lambda 0.3"), "\(refused.errors)")
  }
}
