using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Bucket;

/// <summary>Where a revision's manifest is, or is to be, and what is there.</summary>
/// <param name="Key">The key that is the repository's own: docs/formats/hub-bucket.md, "Whose key it is".</param>
/// <param name="Version">The object's version; null if there is none.</param>
/// <param name="Reading">What the manifest says; null if there is none. Its repository and revision are those that were asked for, unless it is refused as a whole.</param>
public sealed record ManifestPlace(string Key, string? Version, ManifestReading? Reading);

/// <summary>Where a ref is, or is to be, and what it says.</summary>
/// <param name="Key">The key that is the repository's own.</param>
/// <param name="Version">The object's version; null if there is none.</param>
/// <param name="Commit">The commit; null if there is no ref, or what it says is no commit.</param>
public sealed record RefPlace(string Key, string? Version, Revision? Commit);
