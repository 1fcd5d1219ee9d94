using System.Text.Json;
using System.Text.Unicode;

namespace Ferry.Workloads.Caches.History;

/// <summary>One entry as one line of JSON: docs/formats/history.md.</summary>
internal static class HistoryLine
{
    /// <summary>Longer lines are skipped: no entry needs as much.</summary>
    public const int MaxBytes = 16 * 1024;

    // No command moves as much in one cache; and sums of all lines stay within 63 bits.
    private const long MaxNumber = 100_000_000_000_000;

    private const int MaxText = 4096;

    public static void Write(Stream output, HistoryEntry entry)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("time", entry.At.UtcDateTime);
            json.WriteString("command", entry.Command);
            json.WriteString("cache", entry.Cache);
            json.WriteString("outcome", entry.Outcome);
            json.WriteNumber("files", entry.Files);
            json.WriteNumber("bytes", entry.Bytes);
            json.WriteNumber("seconds", Math.Round(entry.Elapsed.TotalSeconds, 3));
            WriteText(json, "from", entry.From);
            WriteText(json, "to", entry.To);
            WriteText(json, "host", entry.Host);
            WriteText(json, "job", entry.Job);
            WriteText(json, "version", entry.Version);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    /// <summary>The entry; null when the line is none, or holds what no ferry writes.</summary>
    public static HistoryEntry? TryRead(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line.Length > MaxBytes || !Utf8.IsValid(line))
        {
            return null;
        }

        try
        {
            var fields = new Fields();
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                fields.Read(ref reader);
            }

            return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? fields.ToEntry() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // The reader throws the last two for a value of another type, and for text that is not Unicode.
            return null;
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>What a line said so far. A field that is missing or out of range is what makes the line no entry.</summary>
    private struct Fields()
    {
        private DateTimeOffset? _at;
        private string? _command;
        private string? _cache;
        private string? _outcome;
        private string? _host;
        private string? _job;
        private string? _version;
        private string? _from;
        private string? _to;
        private long _files;
        private long _bytes;
        private double _seconds;

        public void Read(ref Utf8JsonReader reader)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "time": _at = reader.GetDateTimeOffset(); break;
                case "command": _command = reader.GetString(); break;
                case "cache": _cache = reader.GetString(); break;
                case "outcome": _outcome = reader.GetString(); break;
                case "host": _host = reader.GetString(); break;
                case "job": _job = reader.GetString(); break;
                case "version": _version = reader.GetString(); break;
                case "from": _from = reader.GetString(); break;
                case "to": _to = reader.GetString(); break;
                case "files": _files = reader.GetInt64(); break;
                case "bytes": _bytes = reader.GetInt64(); break;
                case "seconds": _seconds = reader.GetDouble(); break;
                // A later version may say more.
                default: reader.Skip(); break;
            }
        }

        public readonly HistoryEntry? ToEntry() =>
            _at is { } at && IsWord(_command) && _cache is not null && VariableName.IsValid(_cache) && IsWord(_outcome)
            && _files is >= 0 and <= MaxNumber && _bytes is >= 0 and <= MaxNumber && _seconds is >= 0 and < 1e9 && AreShort(_host, _job, _version, _from, _to)
                ? new HistoryEntry
                {
                    At = at, Command = _command!, Cache = _cache, Outcome = _outcome!, Files = _files, Bytes = _bytes,
                    Elapsed = TimeSpan.FromSeconds(_seconds), Host = _host, Job = _job, Version = _version, From = _from, To = _to,
                }
                : null;

        private static bool IsWord(string? text) =>
            text is { Length: > 0 and <= 32 } && !text.AsSpan().ContainsAnyExcept(s_wordCharacters);

        private static bool AreShort(params ReadOnlySpan<string?> texts)
        {
            foreach (var text in texts)
            {
                if (text?.Length > MaxText)
                {
                    return false;
                }
            }

            return true;
        }
    }

    private static readonly System.Buffers.SearchValues<char> s_wordCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz-");
}
