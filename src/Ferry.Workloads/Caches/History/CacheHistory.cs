using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.History;

/// <summary>
/// The log of what commands did with caches, written by ferry and for it, in the user's state directory. Nothing depends on it: what cannot
/// be written is not, and what cannot be read is skipped.
/// </summary>
/// <param name="path">The log's absolute path; its directory need not exist.</param>
public sealed class CacheHistory(string path)
{
    /// <summary>The log is shortened when it is longer, in bytes: some 4,000 entries.</summary>
    public const int MaxBytes = 1_000_000;

    /// <summary>Appends entries, all in one write.</summary>
    /// <returns>Null, or why it could not be done: one line.</returns>
    public string? Append(IReadOnlyCollection<HistoryEntry> entries)
    {
        if (entries.Count == 0)
        {
            return null;
        }

        try
        {
            using var lines = new MemoryStream();
            foreach (var entry in entries)
            {
                HistoryLine.Write(lines, entry);
            }

            PrivateDirectory.EnsureOwn(Path.GetDirectoryName(path)!);
            LogFile.Append(path, lines.GetBuffer().AsSpan(0, (int)lines.Length), MaxBytes);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return e.Message.ReplaceLineEndings(" ");
        }
    }

    /// <summary>The newest entries in the order of their time; lines that are no entries are skipped.</summary>
    /// <param name="most">Not more than these.</param>
    /// <exception cref="IOException">The log is there and cannot be read.</exception>
    public IReadOnlyList<HistoryEntry> Read(int most = int.MaxValue)
    {
        var entries = new List<HistoryEntry>();
        // Twice the size that it is shortened at: the last append may have gone beyond.
        ReadOnlySpan<byte> rest = LogFile.ReadTail(path, 2 * MaxBytes);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            if (HistoryLine.TryRead(end < 0 ? rest : rest[..end]) is { } entry)
            {
                entries.Add(entry);
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        var ordered = entries.OrderBy(static entry => entry.At).ToList();
        return ordered.Count <= most ? ordered : ordered[^most..];
    }
}
