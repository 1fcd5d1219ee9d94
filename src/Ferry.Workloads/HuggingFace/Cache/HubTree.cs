using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ferry.Core.Hashing;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>The hub's listing of a commit, <c>trees/&lt;commit&gt;.json</c>: which files it has, whether they were downloaded or not.</summary>
internal sealed class HubTree
{
    /// <summary>Larger ones are not read.</summary>
    public const int MaxBytes = 128 * 1024 * 1024;

    private readonly Dictionary<string, (BlobName Name, long Bytes)> _files = new(StringComparer.Ordinal);

    /// <summary>Reads a listing; null if it is none, or of another version: clients then do as if it were not there.</summary>
    public static HubTree? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            var tree = new HubTree();
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ManifestFormat.MaxDepth });
            return tree.Read(ref reader) ? tree : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws the second for values of another type, and for text that is not Unicode.
            return null;
        }
    }

    /// <summary>The name of a file's content.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its size, if that is known: another one is another content.</param>
    public BlobName? NameOf(RepoPath path, long? bytes) =>
        _files.TryGetValue(path.Text, out var file) && (bytes ?? file.Bytes) == file.Bytes ? file.Name : null;

    /// <summary>Whether each file of the listing is among these.</summary>
    public bool IsCoveredBy(IReadOnlyList<CachedFile> files)
    {
        var count = files.Count(file => _files.ContainsKey(file.Path.Text));
        return count == _files.Count;
    }

    /// <summary>A listing as clients write it, of a revision that is whole. It has no Xet hashes: clients then ask the hub for those.</summary>
    public static ReadOnlyMemory<byte> Write(RepoManifest manifest)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, IndentSize = 1 }))
        {
            json.WriteStartObject();
            json.WriteNumber("format_version", 1);
            json.WriteStartObject("files");
            foreach (var file in manifest.Files.OrderBy(static file => file.Path.Text, StringComparer.Ordinal))
            {
                json.WriteStartObject(file.Path.Text);
                json.WriteNumber("size", file.Bytes);
                json.WriteString("blob_id", file.Blob.IsSha256 ? PointerName(file.Blob, file.Bytes) : file.Blob.Hex);
                if (file.Blob.IsSha256)
                {
                    json.WriteString("lfs_sha256", file.Blob.Hex);
                    json.WriteNumber("lfs_size", file.Bytes);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>What git keeps of a file of LFS: a text that names its content.</summary>
    internal static byte[] Pointer(BlobName content, long bytes) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"version https://git-lfs.github.com/spec/v1\noid sha256:{content.Hex}\nsize {bytes}\n"));

    /// <summary>Git's name of that text.</summary>
    internal static string PointerName(BlobName content, long bytes)
    {
        var pointer = Pointer(content, bytes);
        var hasher = new GitBlobSha1(pointer.Length);
        hasher.Append(pointer);
        return GitBlobSha1.ToHex(hasher.Finish());
    }

    private bool Read(ref Utf8JsonReader reader)
    {
        var version = 0;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var hasFiles = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("format_version"))
            {
                reader.Read();
                version = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("files") && !hasFiles)
            {
                hasFiles = true;
                reader.Read();
                if (!ReadFiles(ref reader))
                {
                    return false;
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return hasFiles && version == 1;
    }

    private bool ReadFiles(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var path = JsonText.Get(ref reader, RepoPath.MaxBytes);
            if (path is null || !reader.Read() || reader.TokenType != JsonTokenType.StartObject || ReadFile(ref reader) is not { } file)
            {
                return false;
            }

            _files[path] = file;
        }

        return true;
    }

    private static (BlobName, long)? ReadFile(ref Utf8JsonReader reader)
    {
        string? id = null;
        string? sha256 = null;
        long? size = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("blob_id");
            var isSha256 = reader.ValueTextEquals("lfs_sha256");
            var isSize = reader.ValueTextEquals("size");
            reader.Read();
            if (isId)
            {
                id = reader.GetString();
            }
            else if (isSha256)
            {
                sha256 = reader.GetString();
            }
            else if (isSize)
            {
                size = reader.GetInt64();
            }
            else
            {
                reader.Skip();
            }
        }

        return size >= 0 && BlobName.TryParse(sha256 ?? id ?? "", out var name, out _) ? (name, size.Value) : null;
    }
}
