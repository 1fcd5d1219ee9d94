using System.Text.Json;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>Reads the hub's listing of a commit, page by page.</summary>
internal sealed class HubTreeReader
{
    private const int MaxDepth = 32;

    private readonly ManifestFileList _files = new();
    private int _entries;

    /// <summary>Entries so far, files and directories.</summary>
    public int Entries => _entries;

    /// <summary>Reads a page. Returns how many entries it has.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="InvalidOperationException">It has a key that is not Unicode.</exception>
    public int ReadPage(ReadOnlySpan<byte> json)
    {
        var before = _entries;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("is no list");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ReadEntry(ref reader);
            _entries++;
        }

        return _entries - before;
    }

    /// <summary>What all pages say.</summary>
    public ManifestReading Finish(HubRevision revision)
    {
        var files = _files.Finish();
        var manifest = new RepoManifest
        {
            Repo = revision.Repo,
            Revision = revision.Commit,
            Files = files,
            Visibility = revision.Visibility,
            IsComplete = _files.RefusedCount == 0,
        };
        return new ManifestReading(manifest, null, _files.Refused, _files.RefusedCount);
    }

    private void ReadEntry(ref Utf8JsonReader reader)
    {
        var entry = new Entry();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("has an entry that is no object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader, ref entry);
        }

        if (!entry.IsDirectory)
        {
            _files.Add(entry.Path, entry.LfsOid ?? entry.Oid, entry.LfsSize ?? entry.Size);
        }
    }

    private static void ReadField(ref Utf8JsonReader reader, ref Entry entry)
    {
        if (reader.ValueTextEquals("type"))
        {
            reader.Read();
            entry.IsDirectory = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("directory");
        }
        else if (reader.ValueTextEquals("path"))
        {
            entry.Path = Text(ref reader, RepoPath.MaxBytes);
        }
        else if (reader.ValueTextEquals("oid"))
        {
            entry.Oid = Text(ref reader, HexName.Sha1Length);
        }
        else if (reader.ValueTextEquals("size"))
        {
            entry.Size = Number(ref reader);
        }
        else if (reader.ValueTextEquals("lfs"))
        {
            ReadLfs(ref reader, ref entry);
        }
        else
        {
            reader.Read();
        }

        reader.TrySkip();
    }

    private static void ReadLfs(ref Utf8JsonReader reader, ref Entry entry)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        // What is missing or wrong must not fall back on git's name, which is that of the pointer.
        (entry.LfsOid, entry.LfsSize) = ("", null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("oid"))
            {
                entry.LfsOid = Text(ref reader, HexName.Sha256Length) is { Length: HexName.Sha256Length } oid ? oid : "";
            }
            else if (reader.ValueTextEquals("size"))
            {
                entry.LfsSize = Number(ref reader);
            }
            else
            {
                reader.Read();
            }

            reader.TrySkip();
        }
    }

    private static string? Text(ref Utf8JsonReader reader, int maxBytes)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? JsonText.Get(ref reader, maxBytes) : null;
    }

    private static long? Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number is >= 0 and <= ManifestFile.MaxBytes ? number : null;
    }

    private struct Entry
    {
        public string? Path;
        public string? Oid;
        public long? Size;
        public string? LfsOid;
        public long? LfsSize;
        public bool IsDirectory;
    }
}
