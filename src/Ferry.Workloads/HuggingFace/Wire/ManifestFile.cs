using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>A file of a revision.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Blob">Its content.</param>
/// <param name="Bytes">The content's size, 0 to <see cref="MaxBytes"/>.</param>
public readonly record struct ManifestFile(RepoPath Path, BlobName Blob, long Bytes)
{
    /// <summary>Largest size that is believed: what a number of JSON holds exactly.</summary>
    public const long MaxBytes = 1L << 53;
}
