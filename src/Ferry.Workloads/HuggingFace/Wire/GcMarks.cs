using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>A content that no manifest named when a collection looked.</summary>
/// <param name="Since">When that was seen first.</param>
/// <param name="Version">The object's version then.</param>
/// <param name="Modified">When the object was written, as the store said then; null if it does not say.</param>
public readonly record struct GcMark(DateTimeOffset Since, string Version, DateTimeOffset? Modified);

/// <summary>The list of marked contents, <c>ferry/gc.json</c>: docs/formats/hub-bucket.md.</summary>
public static class GcMarks
{
    /// <summary>Longer lists are not read, in bytes.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    private const int MaxVersionBytes = 512;

    /// <summary>All bytes of a list.</summary>
    public static ReadOnlyMemory<byte> Write(IEnumerable<KeyValuePair<BlobName, GcMark>> marks)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("unreferenced");
            foreach (var (blob, mark) in marks)
            {
                json.WriteStartObject(blob.Hex);
                json.WriteString("since", Text(mark.Since));
                json.WriteString("version", mark.Version);
                if (mark.Modified is { } modified)
                {
                    json.WriteString("modified", Text(modified));
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>Reads a list.</summary>
    /// <returns>Null if it is none: then nothing is marked, and all time of grace begins anew.</returns>
    public static IReadOnlyDictionary<BlobName, GcMark>? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ManifestFormat.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            var marks = new Dictionary<BlobName, GcMark>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMarks = reader.ValueTextEquals("unreferenced");
                reader.Read();
                if (!isMarks)
                {
                    reader.Skip();
                }
                else if (reader.TokenType != JsonTokenType.StartObject || !ReadMarks(ref reader, marks))
                {
                    return null;
                }
            }

            return marks;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws the second for values of another type, and for text that is not Unicode.
            return null;
        }
    }

    private static bool ReadMarks(ref Utf8JsonReader reader, Dictionary<BlobName, GcMark> marks)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!BlobName.TryParse(JsonText.Get(ref reader, HexName.Sha256Length) ?? "", out var blob, out _) || !reader.Read()
                || reader.TokenType != JsonTokenType.StartObject || ReadMark(ref reader) is not { } mark)
            {
                return false;
            }

            marks[blob] = mark;
        }

        return true;
    }

    private static GcMark? ReadMark(ref Utf8JsonReader reader)
    {
        DateTimeOffset? since = null;
        DateTimeOffset? modified = null;
        string? version = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSince = reader.ValueTextEquals("since");
            var isModified = reader.ValueTextEquals("modified");
            var isVersion = reader.ValueTextEquals("version");
            reader.Read();
            if (isVersion)
            {
                version = JsonText.Get(ref reader, MaxVersionBytes);
            }
            else if (isSince)
            {
                since = reader.TryGetDateTimeOffset(out var time) ? time : null;
            }
            else if (isModified)
            {
                modified = reader.TryGetDateTimeOffset(out var time) ? time : null;
            }
            else
            {
                reader.Skip();
            }
        }

        return since is { } first && version is not null ? new GcMark(first, version, modified) : null;
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}
