using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>A key as a path beneath a directory: checked, so that it leads nowhere else.</summary>
internal sealed class DirectoryKey
{
    private const int LongestSegment = 255;

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private DirectoryKey(byte[] path)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        Path = path;
        Directory = slash < 0 ? [] : path[..slash];
        Name = PathText.Terminated(path.AsSpan(slash + 1));
    }

    /// <summary>Relative, without a terminator.</summary>
    public byte[] Path { get; }

    /// <summary>The part before the last slash; empty for the root.</summary>
    public byte[] Directory { get; }

    /// <summary>The part behind it, with a NUL.</summary>
    public byte[] Name { get; }

    /// <summary>Null for what cannot be a file's path here, and so cannot be the key of an object either.</summary>
    public static DirectoryKey? TryParse(string key) => Bytes(key) is { } path && IsPath(path) ? new DirectoryKey(path) : null;

    /// <summary>The bytes of a key or the beginning of one; null if it is no text.</summary>
    public static byte[]? Bytes(string key)
    {
        try
        {
            return s_strict.GetBytes(key);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Whether the bytes are a relative path that leads into no directory but those it names.</summary>
    public static bool IsPath(ReadOnlySpan<byte> path)
    {
        foreach (var range in path.Split((byte)'/'))
        {
            var segment = path[range];
            if (segment.Length is 0 or > LongestSegment || segment.Contains((byte)0) || segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8)
                || TemporaryName.IsTemporary(segment))
            {
                return false;
            }
        }

        return true;
    }
}
