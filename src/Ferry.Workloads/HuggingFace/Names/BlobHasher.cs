using Ferry.Core.Hashing;

namespace Ferry.Workloads.HuggingFace.Names;

/// <summary>Finds out whether a content is the one that a name stands for, and its SHA-256 besides. Serves one thread at a time.</summary>
/// <param name="name">The name.</param>
/// <param name="bytes">How many bytes the content has: git's names cover the length.</param>
/// <exception cref="PlatformNotSupportedException">The machine has no OpenSSL.</exception>
public sealed class BlobHasher(BlobName name, long bytes)
{
    private readonly Sha256 _sha256 = new();
    private readonly GitBlobSha1? _git = name.IsSha256 ? null : new GitBlobSha1(bytes);
    private long _length;

    /// <summary>Bytes so far.</summary>
    public long Length => _length;

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        _length += data.Length;
        _sha256.Append(data);
        _git?.Append(data);
    }

    /// <summary>Decides.</summary>
    /// <param name="sha256">The content's SHA-256.</param>
    /// <returns>Whether it has the name and the length.</returns>
    public bool Finish(out Digest sha256)
    {
        sha256 = _sha256.Finish();
        var found = _git is null ? sha256.ToHex() : GitBlobSha1.ToHex(_git.Finish());
        return _length == bytes && found == name.Hex;
    }
}
