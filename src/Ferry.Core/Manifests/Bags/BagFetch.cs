using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Walking;

namespace Ferry.Core.Manifests.Bags;

/// <summary>The file <c>fetch.txt</c> (RFC 8493, 2.2.3): payload that is to be had elsewhere. Ferry fetches nothing: all of it must be there.</summary>
internal static class BagFetch
{
    /// <exception cref="SumFileException">A line is not URL, length and path.</exception>
    /// <exception cref="LinuxException">The file cannot be read.</exception>
    public static void Check(int fd, BagDirectory bag, BagContents contents, string name, bool isVersion1)
    {
        var shown = bag.Display(name);
        var reader = new SumReader(buffer => Kernel.OrThrow((int)Kernel.Read(fd, buffer), "read", shown), shown);
        while (reader.TryRead(out var line))
        {
            if (line.IsEmpty)
            {
                continue;
            }

            var path = PathOf(line, isVersion1, shown, reader.Line);
            if (bag.Check(path, EntryKind.File) != 0)
            {
                Fail(path, "is still to be fetched from elsewhere, which Ferry does not do");
            }
            else if (contents.Payload is { } payload && payload.Find(path[(BagWriter.PayloadDirectory.Length + 1)..]) < 0)
            {
                Fail(path, "is in fetch.txt and in no manifest");
            }
        }

        void Fail(ReadOnlySpan<byte> path, string reason) =>
            contents.Found.Add(new EntryProblem(ProblemKind.Failure, bag.Display(PathText.Display(path)), reason));
    }

    private static ReadOnlySpan<byte> PathOf(Span<byte> line, bool isVersion1, string name, int number)
    {
        var url = line.IndexOfAny((byte)' ', (byte)'\t');
        var rest = url > 0 ? line[url..].TrimStart(" \t"u8) : default;
        var length = rest.IndexOfAny((byte)' ', (byte)'\t');
        if (length < 1 || (rest[..length].ContainsAnyExceptInRange((byte)'0', (byte)'9') && !rest[..length].SequenceEqual("-"u8)))
        {
            throw new SumFileException(name, number, "is not a URL, a length and a path");
        }

        ReadOnlySpan<byte> path = BagPath.Decode(rest[length..].TrimStart(" \t"u8), isVersion1);
        var reason = SumPath.Normalize(ref path) ?? (path.StartsWith("data/"u8) ? null : "is not below data/");
        return reason is null ? path : throw new SumFileException(name, number, $"{PathText.Display(path)} {reason}");
    }
}
