using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests.Sums;

/// <summary>Writes the files of a tree manifest as text, sorted by path as bytes, in memory that does not grow with their number.</summary>
public static class SumWriter
{
    private const int FlushLength = 1 << 16;

    /// <summary>Writes to a stream, which is neither flushed nor closed.</summary>
    /// <exception cref="SumFileException">A path cannot be written in this format.</exception>
    /// <exception cref="ManifestException">The tree manifest is damaged.</exception>
    /// <exception cref="LinuxException">The tree manifest cannot be read.</exception>
    public static SumTotals Write(ManifestFile manifest, Stream output, SumOptions? options = null)
    {
        options ??= new SumOptions();
        var entries = new SortedEntries(manifest);
        var text = new ByteBuffer();
        var path = new ByteBuffer();
        var hasher = IContentHasher.Create(options.TextAlgorithm);
        var totals = default(SumTotals);
        path.Append(Encoding.UTF8.GetBytes(options.Prefix));
        var prefix = path.Length;
        while (entries.MoveNext())
        {
            path.Truncate(prefix);
            path.Append(entries.Path);
            Append(text, path.Written, entries.Digest, options.Format, manifest.Path);
            totals = totals with { Files = totals.Files + 1, Bytes = totals.Bytes + entries.Size };
            if (text.Length >= FlushLength)
            {
                Flush();
            }
        }

        Flush();
        return totals with { Digest = hasher.Finish() };

        void Flush()
        {
            hasher.Append(text.Written);
            output.Write(text.Written);
            totals = totals with { Length = totals.Length + text.Length };
            text.Clear();
        }
    }

    /// <summary>
    /// Writes to a file, which is replaced as a whole: whoever reads it sees the old contents or the new. Its mode is what the umask leaves of
    /// 0666. A symbolic link stays one; a pipe or a device is written to as it is.
    /// </summary>
    /// <inheritdoc cref="Write(ManifestFile, Stream, SumOptions?)"/>
    public static SumTotals WriteFile(ManifestFile manifest, string path, SumOptions? options = null) =>
        WriteFile(path, output => Write(manifest, output, options));

    /// <summary>Writes a manifest that is in memory, to a stream, which is neither flushed nor closed. Sizes of files are not known.</summary>
    public static SumTotals Write(SumFile sums, Stream output)
    {
        var text = new ByteBuffer();
        var hasher = new Blake3();
        long length = 0;
        for (var i = 0; i < sums.Count; i++)
        {
            var path = sums.PathOf(i);
            text.Truncate(text.Length + SumLine.Write(path, sums.DigestOf(i), text.Reserve(SumLine.MaxLength(path.Length))));
            if (text.Length >= FlushLength || i == sums.Count - 1)
            {
                hasher.Append(text.Written);
                output.Write(text.Written);
                length += text.Length;
                text.Clear();
            }
        }

        return new SumTotals(sums.Count, 0, length, hasher.Finish());
    }

    /// <summary>Writes a manifest that is in memory to a file, as <see cref="WriteFile(ManifestFile, string, SumOptions?)"/> does.</summary>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public static SumTotals WriteFile(SumFile sums, string path) => WriteFile(path, output => Write(sums, output));

    private static SumTotals WriteFile(string path, Func<Stream, SumTotals> write)
    {
        var kind = PathFacts.Of(path)?.Kind;
        if (kind == EntryKind.Other)
        {
            using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            return write(device);
        }

        using var file = AtomicStream.Create(kind is null ? path : PathFacts.RealPath(path) ?? path);
        var totals = write(file);
        file.Commit();
        return totals;
    }

    private static void Append(ByteBuffer text, ReadOnlySpan<byte> path, Digest digest, SumFormat format, string manifest)
    {
        var start = text.Length;
        if (format == SumFormat.Plain)
        {
            text.Truncate(start + SumLine.Write(path, digest, text.Reserve(SumLine.MaxLength(path.Length))));
            return;
        }

        if (BagPath.WhyRefused(path) is { } reason)
        {
            throw new SumFileException(manifest, 0, $"{PathText.Display(path)} {reason}");
        }

        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        var line = text.Reserve((2 * Digest.Size) + 3 + (3 * path.Length));
        _ = Convert.TryToHexStringLower(bytes, line, out var length);
        "  "u8.CopyTo(line[length..]);
        length += 2;
        length += BagPath.Encode(path, line[length..]);
        line[length++] = (byte)'\n';
        text.Truncate(start + length);
    }
}
