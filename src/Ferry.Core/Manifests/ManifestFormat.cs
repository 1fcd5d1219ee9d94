using System.Numerics;
using System.Runtime.InteropServices;

namespace Ferry.Core.Manifests;

/// <summary>Constants and checksum of the tree manifest; docs/formats/manifest.md describes the layout.</summary>
internal static class ManifestFormat
{
    /// <summary>Version written. A file of another version is refused, never guessed at.</summary>
    public const byte Version = 1;

    public const int HeaderLength = 32;
    public const int SegmentHeaderLength = 12;
    public const int FooterLength = 64;

    public static ReadOnlySpan<byte> HeaderMagic => "FERRYTREE"u8;

    public static ReadOnlySpan<byte> SegmentMagic => "SEGM"u8;

    /// <summary>In partial manifests: a large file is begun.</summary>
    public static ReadOnlySpan<byte> FileMagic => "FILE"u8;

    /// <summary>In partial manifests: ranges of a large file have arrived.</summary>
    public static ReadOnlySpan<byte> RangeMagic => "RANG"u8;

    public static ReadOnlySpan<byte> FooterMagic => "FERRYEND"u8;

    /// <summary>True for a name that is one component of a path: nothing made from it can leave the tree.</summary>
    public static bool IsComponent(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && !name.ContainsAny((byte)'/', (byte)0) && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8);

    /// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4) of <paramref name="data"/>.</summary>
    public static uint Checksum(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var value in data[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
