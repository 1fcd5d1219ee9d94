using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Harness;

/// <summary>What a directory holds at one moment, by relative path. Nobody may be writing to it.</summary>
internal sealed class TreeState
{
    /// <summary>How ferry's temporary names begin; they are nobody's files.</summary>
    public const string TemporaryPrefix = ".ferry-tmp-";

    // Thousands of files are looked at hundreds of times: one that has the same inode, times and size has the same bytes.
    private static readonly Dictionary<string, string> Hashes = [];
    private static readonly Lock HashLock = new();

    private TreeState(Dictionary<string, FileFacts> entries, string[] temporaries)
    {
        Entries = entries;
        Temporaries = temporaries;
    }

    /// <summary>All final names.</summary>
    public IReadOnlyDictionary<string, FileFacts> Entries { get; }

    /// <summary>Ferry's temporary names.</summary>
    public IReadOnlyList<string> Temporaries { get; }

    /// <summary>Files and links, without directories.</summary>
    public IEnumerable<KeyValuePair<string, FileFacts>> Files => Entries.Where(entry => !entry.Value.IsDirectory);

    public static TreeState Of(string root)
    {
        if (!Directory.Exists(root)) return new TreeState([], []);
        var fields = Encoding.UTF8.GetString(Tool.Run("find",
            [root, "-mindepth", "1", "-printf", @"%y\0%i %B@\0%C@\0%n\0%s\0%l\0%P\0"]).OrThrow().Stdout).Split('\0');
        var entries = new Dictionary<string, FileFacts>();
        var temporaries = new List<string>();
        for (var i = 0; i + 6 < fields.Length; i += 7)
        {
            var path = fields[i + 6];
            if (Path.GetFileName(path).StartsWith(TemporaryPrefix, StringComparison.Ordinal))
            {
                temporaries.Add(path);
                continue;
            }
            var content = fields[i] == "f" ? HashOf(Path.Combine(root, path), $"{fields[i + 1]} {fields[i + 2]} {fields[i + 4]}") : fields[i + 5];
            entries[path] = new FileFacts(fields[i][0], fields[i + 1], fields[i + 2], Number(fields[i + 3]),
                long.Parse(fields[i + 4], CultureInfo.InvariantCulture), content);
        }
        return new TreeState(entries, [.. temporaries]);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string HashOf(string path, string identity)
    {
        lock (HashLock)
            if (Hashes.TryGetValue($"{path} {identity}", out var known))
                return known;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var hash = Convert.ToHexString(SHA256.HashData(stream));
        lock (HashLock)
            return Hashes[$"{path} {identity}"] = hash;
    }
}
