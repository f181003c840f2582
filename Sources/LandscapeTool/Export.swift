import ArgumentParser
import Landscape

/// `landscape export`.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a surface or a map of curvature for other programs: CSV, NumPy, VTK.",
    discussion: """
      Every array of the file becomes a field on the grid; with --lambda the penalty and the total \
      loss at each λ are added. ParaView opens the .vts; --height total_lambda_0.01 lifts its points.
      """)

  @Argument(
    help: "surface.npz, curvature-map.npz, or another file of that form.",
    completion: .file(extensions: ["npz"]))
  var file: String

  @Option(help: ArgumentHelp("csv, npz, vts, or several.", valueName: "kinds"))
  var to: String

  @Option(
    name: [.long, .short],
    help: ArgumentHelp(
      "λ of (λ/2)‖w‖² whose penalty and total loss are added, as in 'render'.", valueName: "values")
  )
  var lambda: String?

  @Option(help: ArgumentHelp("The field that is a .vts's third coordinate.", valueName: "field"))
  var height: String?

  @Option(
    help: ArgumentHelp(
      "The folder that files are written to (default: the file's own).", valueName: "folder"),
    completion: .directory)
  var out: String?

  func run() throws {
    let formats = try ExportFormat.list(to, flag: "to")
    if height != nil, !formats.contains(.vts) {
      throw ValidationError("'--height' is for '--to vts'")
    }
    let lambdas = try lambda.map { try Scene.lambdas($0, flag: "lambda") } ?? []
    for path in try export(file, as: formats, lambdas: lambdas, height: height, folder: out) {
      print(path)
    }
  }
}

/// The flag by which a command that makes grids writes them for other programs, too.
struct ExportOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the grids for other programs, too: csv, npz, vts, or several.", valueName: "kinds"))
  var export: String?

  /// Replaces what the scene says.
  func apply(to scene: inout Scene) throws {
    if let export { scene.exports = try ExportFormat.list(export, flag: "export") }
  }

  /// The flag as it was given.
  var words: [String] { export.map { ["--export", $0] } ?? [] }
}
