using System.Globalization;
using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Pushing;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Push;

/// <summary>
/// The file <c>.NAME.unpushed</c>: written before a push begins and removed when it is complete. While it is there, a sync first brings back
/// what it can. Its lines (bytes, path) are for people: what is to be pushed is found by comparing.
/// </summary>
internal static class UnpushedList
{
    private const int MaxEntries = 10_000;

    /// <summary>Whether a push of the cache did not end well.</summary>
    public static bool Exists(CacheLayout layout) => File.Exists(layout.Unpushed);

    /// <summary>Writes the list, atomically and durably.</summary>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public static void Write(CacheLayout layout, IEnumerable<PushEntry> entries)
    {
        var text = new StringBuilder("# On scratch only: 'ferry push' brings it back. Bytes and path below ")
            .Append(PathText.Display(PathText.ToBytes(layout.Target))).Append('\n');
        foreach (var entry in entries.Take(MaxEntries))
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry.Bytes} {entry.Path}\n");
        }

        AtomicFile.Write(layout.Unpushed, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Everything has arrived.</summary>
    /// <exception cref="LinuxException">It is there and cannot be removed.</exception>
    public static void Remove(CacheLayout layout) => AtomicFile.Remove(layout.Unpushed);
}
