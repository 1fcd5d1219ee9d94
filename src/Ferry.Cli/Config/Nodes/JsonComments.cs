using System.Text.Json;

namespace Ferry.Cli.Config.Nodes;

/// <summary>Finds the comments of a JSON file that stand in front of keys, or behind values on their line.</summary>
internal static class JsonComments
{
    /// <summary>The comments by the key that they belong to, with the keys above it: <c>vars.HF_HOME.source</c>. In the order of the file.</summary>
    /// <param name="utf8">JSON that <see cref="JsonComposer"/> has read.</param>
    public static List<(string Key, IReadOnlyList<string> Lines)> Before(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Allow, MaxDepth = YamlComposer.MaxDepth });
        var found = new List<(string, IReadOnlyList<string>)>();
        var path = new List<string>();
        var lines = new List<string>();
        var end = 0;
        while (reader.Read())
        {
            var isBehind = path.Count > 0 && !utf8[end..(int)reader.TokenStartIndex].Contains((byte)'\n');
            if (reader.TokenType != JsonTokenType.Comment)
                end = (int)reader.BytesConsumed;
            switch (reader.TokenType)
            {
                case JsonTokenType.Comment when isBehind:
                    found.Add((string.Join('.', path), Lines(reader.GetComment())));
                    break;
                case JsonTokenType.Comment:
                    lines.AddRange(Lines(reader.GetComment()));
                    break;
                case JsonTokenType.PropertyName:
                    path.RemoveRange(Math.Min(path.Count, reader.CurrentDepth - 1), Math.Max(0, path.Count - (reader.CurrentDepth - 1)));
                    path.Add(reader.GetString()!);
                    if (lines.Count > 0)
                        found.Add((string.Join('.', path), lines));
                    lines = [];
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    // What stands behind the last value belongs to no key.
                    lines = [];
                    break;
            }
        }
        return found;
    }

    private static List<string> Lines(string comment)
    {
        var lines = new List<string>();
        foreach (var line in comment.Split('\n'))
        {
            var text = Printable.Shorten(line.Trim().TrimStart('*').Trim(), 200);
            if (text.Length > 0)
                lines.Add(text);
        }
        return lines;
    }
}
