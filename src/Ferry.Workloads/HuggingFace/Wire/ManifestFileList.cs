using System.Text;
using System.Text.Json;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>The files of a manifest that is being read: those that are believed, and why others are not.</summary>
internal sealed class ManifestFileList
{
    private readonly List<ManifestFile> _files = [];
    private readonly Dictionary<string, int> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<BlobName, long> _sizes = [];
    private readonly List<RefusedEntry> _refused = [];
    private int _count;

    /// <summary>The first of those that are not believed.</summary>
    public IReadOnlyList<RefusedEntry> Refused => _refused;

    /// <summary>How many are not believed.</summary>
    public int RefusedCount { get; private set; }

    /// <summary>Reads the array. Returns why the whole manifest is refused, or null.</summary>
    public string? Read(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return "has files that are not a list";
        }

        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; _count++)
        {
            if (_count == ManifestFormat.MaxFiles)
            {
                return $"has more than {ManifestFormat.MaxFiles} files";
            }

            ReadEntry(ref reader);
        }

        return null;
    }

    /// <summary>Takes a file of a listing that is no manifest; null for what it does not tell.</summary>
    public void Add(string? path, string? blob, long? size)
    {
        if (TryAdd(path, blob, size) is { } reason)
        {
            Refuse(path ?? "", reason);
        }

        _count++;
    }

    /// <summary>The files that are believed, once all are read: none is in a directory that is a file.</summary>
    public IReadOnlyList<ManifestFile> Finish()
    {
        var lookup = _byPath.GetAlternateLookup<ReadOnlySpan<char>>();
        var files = new List<ManifestFile>(_files.Count);
        foreach (var file in _files)
        {
            var path = file.Path.Text.AsSpan();
            var isBelowFile = false;
            for (var slash = path.LastIndexOf('/'); slash >= 0 && !isBelowFile; slash = path[..slash].LastIndexOf('/'))
            {
                isBelowFile = lookup.ContainsKey(path[..slash]);
            }

            if (isBelowFile)
            {
                Refuse(_byPath[file.Path.Text], file.Path.Text, "is in a directory that is a file of the same revision");
            }
            else
            {
                files.Add(file);
            }
        }

        return files;
    }

    private void ReadEntry(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            Refuse("", "is not an object");
            return;
        }

        string? path = null;
        string? blob = null;
        long? size = null;
        string? reason = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(ManifestFormat.Path))
            {
                reason ??= ReadText(ref reader, "path", RepoPath.MaxBytes, ref path);
            }
            else if (reader.ValueTextEquals(ManifestFormat.Blob))
            {
                reason ??= ReadText(ref reader, "blob", HexName.Sha256Length, ref blob);
            }
            else if (reader.ValueTextEquals(ManifestFormat.Size))
            {
                reason ??= ReadSize(ref reader, ref size);
            }
            else
            {
                reader.Skip();
                continue;
            }

            // A value of another kind than expected, or one that is not looked at any more.
            SkipRest(ref reader);
        }

        if ((reason ?? TryAdd(path, blob, size)) is { } why)
        {
            Refuse(path ?? "", why);
        }
    }

    private string? TryAdd(string? pathText, string? blobText, long? size)
    {
        if (pathText is null || blobText is null || size is not { } bytes)
        {
            return $"has no {(pathText is null ? "path" : blobText is null ? "blob" : "size")}";
        }

        if (!RepoPath.TryParse(pathText, out var path, out var reason))
        {
            return $"has a path that {reason}";
        }

        if (!BlobName.TryParse(blobText, out var blob, out reason))
        {
            return $"has a blob that {reason}";
        }

        if (_sizes.TryGetValue(blob, out var other) && other != bytes)
        {
            return "has another size than a file with the same blob";
        }

        if (!_byPath.TryAdd(pathText, _count))
        {
            return "is there twice";
        }

        _sizes[blob] = bytes;
        _files.Add(new ManifestFile(path, blob, bytes));
        return null;
    }

    private static string? ReadText(ref Utf8JsonReader reader, string name, int maxBytes, ref string? field)
    {
        reader.Read();
        if (field is not null)
        {
            return $"has a {name} twice";
        }

        field = reader.TokenType == JsonTokenType.String ? JsonText.Get(ref reader, maxBytes) : null;
        return field is null ? $"has a {name} that is not text of at most {maxBytes} bytes" : null;
    }

    private static string? ReadSize(ref Utf8JsonReader reader, ref long? size)
    {
        reader.Read();
        if (size is not null)
        {
            return "has a size twice";
        }

        size = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var bytes) && bytes is >= 0 and <= ManifestFile.MaxBytes ? bytes : null;
        return size is null ? "has a size that is not a number of bytes" : null;
    }

    private static void SkipRest(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            reader.Skip();
        }
    }

    private void Refuse(string path, string reason) => Refuse(_count, path, reason);

    private void Refuse(int index, string path, string reason)
    {
        RefusedCount++;
        if (_refused.Count < ManifestFormat.MaxRefusedShown)
        {
            var shown = path.Length <= 200 ? path : path[..200];
            _refused.Add(new RefusedEntry(index, PathText.Display(Encoding.UTF8.GetBytes(shown)), reason));
        }
    }
}
