using System.Globalization;
using System.Text;
using System.Text.Json;
using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>
/// The marker <c>.NAME.synced</c>: when a cache was last brought over and how its source looked then. The first four fields
/// are the older tool's, which reads the file too.
/// </summary>
/// <param name="SyncedAt">When the sync ended.</param>
/// <param name="Source">The source it was brought from.</param>
/// <param name="SourceModified">Latest modification time of the source at depths 0 and 1, when the sync began.</param>
public sealed record FreshnessMarker(DateTimeOffset SyncedAt, string Source, Timestamp SourceModified)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads a marker; null when there is none, or nothing that can be made sense of.</summary>
    /// <exception cref="LinuxException">It is there and cannot be read.</exception>
    public static FreshnessMarker? Read(string path)
    {
        var json = AtomicFile.TryRead(path, MaxBytes);
        if (json is null)
        {
            return null;
        }

        try
        {
            return Parse(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // The reader throws the last two for a value of another type, and for text that is not Unicode.
            return null;
        }
    }

    /// <summary>Writes the marker, atomically and durably.</summary>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public void Write(string path, string name)
    {
        // Written by hand: the framework's writer compiles its text encoder at first use, a tenth of a short run's time.
        var json = string.Create(CultureInfo.InvariantCulture, $$"""
            {"synced_at": {{SyncedAt.ToUnixTimeMilliseconds() / 1000.0:0.000}}, "source_mtime": {{SourceModified.Seconds + (SourceModified.Nanoseconds / 1e9)}}, "var_name": "{{name}}", "source": "{{Escape(Source)}}", "source_mtime_sec": {{SourceModified.Seconds}}, "source_mtime_nsec": {{SourceModified.Nanoseconds}}}
            """);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(json));
    }

    /// <summary>The two characters that JSON reserves, and control characters, which it does not allow.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' or '\\' => escaped.Append('\\').Append(character),
                < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    private static FreshnessMarker? Parse(ReadOnlySpan<byte> json)
    {
        double? syncedAt = null;
        string? source = null;
        long? seconds = null;
        uint? nanoseconds = null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "synced_at" when reader.TokenType == JsonTokenType.Number: syncedAt = reader.GetDouble(); break;
                case "source" when reader.TokenType == JsonTokenType.String: source = reader.GetString(); break;
                case "source_mtime_sec" when reader.TryGetInt64(out var value): seconds = value; break;
                case "source_mtime_nsec" when reader.TryGetUInt32(out var value): nanoseconds = value; break;
                default: reader.Skip(); break;
            }
        }

        // The older tool's marker has no exact time: then the cache is compared once, and the marker rewritten.
        return syncedAt is >= 0 and < 1e11 && source is not null && seconds is not null && nanoseconds is not null
            ? new FreshnessMarker(
                DateTimeOffset.UnixEpoch.AddSeconds(syncedAt.Value), source, new Timestamp(seconds.Value, nanoseconds.Value))
            : null;
    }
}
