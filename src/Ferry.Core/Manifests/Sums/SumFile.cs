using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests.Sums;

/// <summary>
/// A whole manifest as text in memory, sorted by path as bytes: what <c>sha256sum</c> or <c>b3sum</c> wrote, or Ferry. Every path is relative
/// and stays beneath its root, and none is there twice. Immutable. About 52 bytes for each file beside its path.
/// </summary>
public sealed class SumFile
{
    private readonly SumTable _table;
    private readonly int[] _order;

    private SumFile(SumTable table, int[] order, DigestAlgorithm? algorithm)
    {
        _table = table;
        _order = order;
        Algorithm = algorithm;
    }

    /// <summary>The manifest of a tree without files. Read from a file it would be refused: it is what a cut may leave.</summary>
    public static SumFile Empty { get; } = new(new SumTable(), [], null);

    /// <summary>Number of files.</summary>
    public int Count => _order.Length;

    /// <summary>What the digests are, where the manifest says so; null if none of its lines does.</summary>
    public DigestAlgorithm? Algorithm { get; }

    /// <summary>Reads a manifest to its end.</summary>
    /// <param name="input">Where it comes from. It is not closed.</param>
    /// <param name="name">What it is called in messages, for display.</param>
    /// <exception cref="SumFileException">It cannot be trusted.</exception>
    public static SumFile Read(Stream input, string name) => Read(new SumReader(input.Read, name), name);

    /// <summary>Reads the manifest at a path; links are followed, and it may be a pipe.</summary>
    /// <exception cref="SumFileException">It cannot be trusted.</exception>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static SumFile ReadFile(string path)
    {
        var terminated = PathText.ToTerminated(path);
        var fd = Kernel.OrThrow(Kernel.Open(Linux.Native.Fcntl.AT_FDCWD, terminated, Linux.Native.Fcntl.O_RDONLY | Linux.Native.Fcntl.O_CLOEXEC), "open", path);
        try
        {
            return Read(new SumReader(buffer => Kernel.OrThrow((int)Kernel.Read(fd, buffer), "read", path), path), path);
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    /// <summary>The path of a file, without a leading <c>./</c>.</summary>
    /// <param name="index">From 0 to <see cref="Count"/>, ascending by path as unsigned bytes.</param>
    public ReadOnlySpan<byte> PathOf(int index) => _table.PathOf(_order[index]);

    /// <summary>The digest of a file.</summary>
    public Digest DigestOf(int index) => _table.DigestOf(_order[index]);

    /// <summary>The line that a file comes from, counted from 1.</summary>
    public int LineOf(int index) => _table.LineOf(_order[index]);

    /// <summary>The index of a path, or -1.</summary>
    public int Find(ReadOnlySpan<byte> path)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = NameOrder.Compare(path, PathOf(middle));
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return -1;
    }

    /// <summary>Sorts what a table holds, and makes sure that each path is there once.</summary>
    internal static SumFile Of(SumTable table, DigestAlgorithm? algorithm, string name)
    {
        var order = table.Sort();
        for (var i = 1; i < order.Length; i++)
        {
            var (first, second) = (order[i - 1], order[i]);
            if (table.PathOf(first).SequenceEqual(table.PathOf(second)))
            {
                var same = table.DigestOf(first) == table.DigestOf(second) ? "the same digest" : "another digest";
                throw new SumFileException(
                    name, table.LineOf(second), $"{PathText.Display(table.PathOf(second))} is in line {table.LineOf(first)} already, with {same}");
            }
        }

        return new SumFile(table, order, algorithm);
    }

    private static SumFile Read(SumReader reader, string name)
    {
        var table = new SumTable();
        DigestAlgorithm? algorithm = null;
        while (reader.TryRead(out var text))
        {
            if (SumLine.IsIgnored(text))
            {
                continue;
            }

            var line = SumLine.Parse(text);
            if (line.Error is not null)
            {
                throw new SumFileException(name, reader.Line, line.Error);
            }

            if (algorithm is not null && line.Algorithm is not null && line.Algorithm != algorithm)
            {
                throw new SumFileException(name, reader.Line, "names another algorithm than a line before");
            }

            algorithm ??= line.Algorithm;
            var path = line.Path;
            if (SumPath.Normalize(ref path) is { } reason)
            {
                throw new SumFileException(name, reader.Line, $"{Shown(line.Path)} {reason}");
            }

            table.Add(path, line.Digest, reader.Line);
        }

        return table.Count > 0
            ? Of(table, algorithm, name)
            : throw new SumFileException(name, 0, "has no line with a digest and a name: it is empty, or was cut off");
    }

    /// <summary>A name that is refused may be of any length.</summary>
    private static string Shown(ReadOnlySpan<byte> path) =>
        path.Length <= 200 ? PathText.Display(path) : PathText.Display(path[..200]) + "...";
}
