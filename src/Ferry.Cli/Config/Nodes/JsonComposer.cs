using System.Text;
using System.Text.Json;

namespace Ferry.Cli.Config.Nodes;

/// <summary>Builds configuration nodes from JSON. Comments are skipped; trailing commas are errors.</summary>
internal static class JsonComposer
{
    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = YamlComposer.MaxDepth,
    };

    /// <summary>Reads one document.</summary>
    /// <exception cref="ConfigException">The bytes are not JSON, or a key is written twice.</exception>
    public static ConfigNode Compose(string file, ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        var cursor = new Cursor(file);
        try
        {
            reader.Read();
            var root = Node(ref reader, utf8, ref cursor);
            // Throws if anything follows the value.
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            var column = (int)(e.BytePositionInLine ?? 0) + 1;
            throw new ConfigException($"{file}:{(e.LineNumber ?? 0) + 1}:{column}: not valid JSON: {Reason(e.Message)}");
        }
        catch (InvalidOperationException)
        {
            throw new ConfigException($"{cursor.At(utf8, (int)reader.TokenStartIndex)}: text with half of a surrogate pair");
        }
    }

    private static ConfigNode Node(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref Cursor cursor)
    {
        var position = cursor.At(utf8, (int)reader.TokenStartIndex);
        var start = cursor.Characters;
        var node = Value(ref reader, utf8, ref cursor, position);
        node.Span = new TextSpan(start, cursor.CharactersTo(utf8, (int)reader.BytesConsumed));
        return node;
    }

    private static ConfigNode Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref Cursor cursor, ConfigPosition position)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Map(ref reader, utf8, ref cursor, new ConfigMap(position));
            case JsonTokenType.StartArray:
                var list = new ConfigList(position, []);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Items.Add(Node(ref reader, utf8, ref cursor));
                return list;
            case JsonTokenType.String:
                return new ConfigScalar(position, reader.GetString()!, quoted: true);
            default:
                return new ConfigScalar(position, Encoding.ASCII.GetString(reader.ValueSpan), quoted: false);
        }
    }

    private static ConfigMap Map(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref Cursor cursor, ConfigMap map)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = new ConfigScalar(cursor.At(utf8, (int)reader.TokenStartIndex), reader.GetString()!, quoted: true);
            var start = cursor.Characters;
            // What was consumed includes the colon.
            var length = reader.ValueSpan.Length + 2;
            key.Span = new TextSpan(start, cursor.CharactersTo(utf8, (int)reader.TokenStartIndex + length));
            reader.Read();
            map.Add(key, Node(ref reader, utf8, ref cursor));
        }
        return map;
    }

    // "... LineNumber: 3 | BytePositionInLine: 4." is said better by the position in front.
    private static string Reason(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Printable.Shorten(end < 0 ? message : message[..end]);
    }

    /// <summary>Turns byte offsets, asked for in rising order, into lines, columns (in bytes) and offsets in characters.</summary>
    private struct Cursor(string file)
    {
        private int _offset;
        private int _line = 1;
        private int _lineStart;

        /// <summary>Characters (UTF-16 code units) before the offset that was last asked for.</summary>
        public int Characters { get; private set; }

        public ConfigPosition At(ReadOnlySpan<byte> utf8, int offset)
        {
            _ = CharactersTo(utf8, offset);
            return new ConfigPosition(file, _line, offset - _lineStart + 1);
        }

        public int CharactersTo(ReadOnlySpan<byte> utf8, int offset)
        {
            for (; _offset < offset; _offset++)
            {
                var b = utf8[_offset];
                if (b == (byte)'\n')
                    (_line, _lineStart) = (_line + 1, _offset + 1);
                // Every byte but those that go on with a character; two units for characters of four bytes.
                if ((b & 0xC0) != 0x80)
                    Characters += b >= 0xF0 ? 2 : 1;
            }
            return Characters;
        }
    }
}
