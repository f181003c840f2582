/// The program's version.
public enum Version {
  /// Semantic version: figures and surfaces say which one made them.
  public static let current = "0.1.0"
}
