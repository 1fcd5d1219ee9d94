using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;

namespace Ferry.Core.Manifests.Bags;

/// <summary>Reads the lines of a bag's manifest: digest, blanks or tabs, path (RFC 8493, 2.1.3).</summary>
internal static class BagManifest
{
    /// <summary>Takes a path beneath the bag, decoded and checked, with its digest in lower-case digits.</summary>
    public delegate void Take(ReadOnlySpan<byte> path, string hex, int line);

    /// <summary>Reads a manifest to its end.</summary>
    /// <param name="fd">An open manifest; it stays open.</param>
    /// <param name="name">For messages.</param>
    /// <param name="algorithm">As in its name: digests must have that algorithm's length, if it is known.</param>
    /// <param name="isVersion1">Whether %25 stands for a percent sign.</param>
    /// <param name="take">Gets every file.</param>
    /// <exception cref="SumFileException">A line is none of a manifest.</exception>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static void Read(int fd, string name, string algorithm, bool isVersion1, Take take)
    {
        var reader = new SumReader(buffer => Kernel.OrThrow((int)Kernel.Read(fd, buffer), "read", name), name);
        var digits = DigitsOf(algorithm);
        while (reader.TryRead(out var line))
        {
            if (line.IsEmpty)
            {
                continue;
            }

            var end = line.IndexOfAny((byte)' ', (byte)'\t');
            if (end <= 0 || !SumLine.IsHex(line[..end]) || (digits > 0 ? end != digits : end % 2 != 0))
            {
                throw new SumFileException(name, reader.Line, $"does not begin with a digest of {(digits > 0 ? $"{digits} " : "")}hexadecimal digits and a blank");
            }

            var hex = System.Text.Encoding.ASCII.GetString(line[..end]).ToLowerInvariant();
            take(PathOf(line[end..].TrimStart(" \t"u8), isVersion1, name, reader.Line), hex, reader.Line);
        }
    }

    private static ReadOnlySpan<byte> PathOf(Span<byte> text, bool isVersion1, string name, int line)
    {
        // As md5sum marks binary files. No path of a bag begins so: "data/", or the name of a tag file.
        ReadOnlySpan<byte> path = BagPath.Decode(text.StartsWith((byte)'*') ? text[1..] : text, isVersion1);
        if (!PathText.IsUtf8(path))
        {
            throw new SumFileException(name, line, $"{PathText.Display(path)} is not UTF-8, as bagit.txt says that it is");
        }

        return SumPath.Normalize(ref path) is { } reason ? throw new SumFileException(name, line, $"{PathText.Display(path)} {reason}") : path;
    }

    private static int DigitsOf(string algorithm) => algorithm switch
    {
        "md5" => 32, "sha1" => 40, "sha224" => 56, "sha256" or "blake3" => 64, "sha384" => 96, "sha512" => 128, _ => 0,
    };
}
