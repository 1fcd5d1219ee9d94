using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Verifying;

/// <summary>Which staged files are re-read.</summary>
public sealed class ContentScope
{
    private readonly PathSet? _only;
    private readonly uint _part;
    private readonly uint _of = 1;

    private ContentScope(PathSet? only, uint part, uint of) => (_only, _part, _of) = (only, part, of);

    /// <summary>All of them.</summary>
    public static ContentScope All { get; } = new(null, 0, 1);

    /// <summary>One of several parts of about the same number of files. A file is always in the same part; together they are all.</summary>
    /// <param name="part">From 1 to <paramref name="of"/>.</param>
    /// <param name="of">Number of parts, from 1.</param>
    public static ContentScope Slice(int part, int of)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(of, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(part, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, of);
        return new ContentScope(null, (uint)(part - 1), (uint)of);
    }

    /// <summary>These paths, also if the source no longer has them.</summary>
    public static ContentScope Only(PathSet paths) => new(paths, 0, 1);

    /// <summary>Whether a path is among those.</summary>
    public bool Includes(ReadOnlySpan<byte> path) => _only is not null ? _only.Contains(path.ToArray()) : _of == 1 || ManifestFormat.Checksum(path) % _of == _part;

    internal bool Includes(ReadOnlySpan<byte> directory, in ManifestEntry entry)
    {
        if (_only is not null)
        {
            return _only.Contains(PathText.Join(directory, entry.Name));
        }

        return !entry.IsGone && Includes(PathText.Join(directory, entry.Name));
    }
}
