import Foundation

@testable import Reports

/// Runs the page's script outside a page, in Node.js where that is installed.
enum PageScript {
  /// The interpreter, or nil where there is none: what needs it is then left out.
  static let node: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { URL(fileURLWithPath: String($0)).appendingPathComponent("node") }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }

  private struct Failure: Error { var message: String }
  private struct Envelope<Value: Decodable>: Decodable { var value: Value }

  /// What `body` returns after the script has been read, with `input` as the given value.
  static func value<Result: Decodable>(
    _ body: String, input: some Encodable, as type: Result.Type = Result.self
  ) throws -> Result {
    guard let node else { throw Failure(message: "Node.js is not installed") }
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "∞", negativeInfinity: "−∞", nan: "NaN")
    let text = String(decoding: try encoder.encode(input), as: UTF8.self)
    let revive = "(k, v) => (v === 'NaN' ? NaN : v === '−∞' ? -Infinity : v === '∞' ? Infinity : v)"
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("page-script-\(UUID().uuidString).js")
    defer { try? FileManager.default.removeItem(at: file) }
    try """
    \(script)
    const input = JSON.parse(require("fs").readFileSync(0, "utf8"), \(revive));
    const write = (v) => JSON.stringify(v, (k, v) => ArrayBuffer.isView(v) ? [...v] : v);
    process.stdout.write(write({ value: (() => { \(body) })() }));
    """.write(to: file, atomically: true, encoding: .utf8)
    let given = file.appendingPathExtension("json")
    try text.write(to: given, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: given) }
    let process = Process()
    process.executableURL = node
    process.arguments = [file.path]
    process.standardInput = try FileHandle(forReadingFrom: given)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(message: "the script ended with \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(Envelope<Result>.self, from: data).value
  }
}
