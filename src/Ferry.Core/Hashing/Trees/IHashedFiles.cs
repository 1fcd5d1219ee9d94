using Ferry.Core.Linux;

namespace Ferry.Core.Hashing.Trees;

/// <summary>Whoever has a tree hashed to compare it with something. Called on many threads at once.</summary>
public interface IHashedFiles
{
    /// <summary>Asked once for each regular file, whether it is to be read.</summary>
    /// <param name="path">Below the root.</param>
    /// <param name="status">What it is.</param>
    /// <param name="recorded">Its digest, if it is in every respect as it was when that was recorded.</param>
    bool Wants(ReadOnlySpan<byte> path, in FileStatus status, Digest? recorded);

    /// <summary>A file was read.</summary>
    /// <returns>Whether it is to be recorded.</returns>
    bool Add(ReadOnlySpan<byte> path, in FileStatus status, in Digest digest);

    /// <summary>A file that was wanted could not be read, or had vanished; why was reported.</summary>
    void Fail(ReadOnlySpan<byte> path);
}
