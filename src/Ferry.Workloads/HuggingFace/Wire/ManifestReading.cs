namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>A file of a manifest that is not believed.</summary>
/// <param name="Index">Its position among the files, from 0.</param>
/// <param name="Path">Its path, fit for display; empty if it has none.</param>
/// <param name="Reason">Why: half a sentence.</param>
public sealed record RefusedEntry(int Index, string Path, string Reason)
{
    /// <summary>One line.</summary>
    public override string ToString() => Path.Length == 0 ? $"file {Index} {Reason}" : $"file {Index} ({Path}) {Reason}";
}

/// <summary>What was made of a manifest that came from a bucket.</summary>
/// <param name="Manifest">Its repository and the files that are believed; null when the whole is refused.</param>
/// <param name="Reason">Why the whole is refused: half a sentence; null when it is not.</param>
/// <param name="Refused">The first of the files that are not believed.</param>
/// <param name="RefusedCount">How many those are in all; with any, no snapshot made of the manifest is whole.</param>
public sealed record ManifestReading(RepoManifest? Manifest, string? Reason, IReadOnlyList<RefusedEntry> Refused, int RefusedCount)
{
    /// <summary>Whether all of it is believed.</summary>
    public bool IsGood => Manifest is not null && RefusedCount == 0;
}
