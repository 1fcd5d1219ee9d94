namespace Ferry.Core.Manifests;

/// <summary>A manifest is damaged, cut short, or of a version that this program does not know. It is treated as absent, with a warning.</summary>
public sealed class ManifestException(string path, string reason) : IOException($"{path}: {reason}");
