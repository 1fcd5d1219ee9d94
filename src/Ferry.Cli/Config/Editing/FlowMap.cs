using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Editing;

/// <summary>Edits a mapping in braces.</summary>
internal sealed class FlowMap(TextEdits edits, ConfigSyntax syntax, ConfigMap map)
{
    private string Text => edits.Text;

    /// <summary>A key with its value, in braces where keys are above it: <c>a: { b: 1 }</c>.</summary>
    public static string Entry(ConfigSyntax syntax, ReadOnlySpan<string> keys, string value) =>
        $"{syntax.Key(keys[0])}: {(keys.Length == 1 ? value : $"{{ {Entry(syntax, keys[1..], value)} }}")}";

    /// <summary>Adds a key at the end: on a line of its own if the last one is.</summary>
    public void Append(string[] keys, string value)
    {
        var entry = Entry(syntax, keys, value);
        if (map.Entries.Count == 0)
        {
            AppendFirst(entry);
            return;
        }
        var last = map.Entries[^1];
        var end = last.Value.Span.End;
        // A comma right behind a colon would belong to the text.
        var comma = last.Value.Span.IsEmpty ? " ," : ",";
        if (!TextLines.IsFirst(Text, last.Key.Span.Start))
            edits.Insert(end, $"{comma} {entry}");
        else if (TextLines.End(Text, end) >= map.Span.End || Text.AsSpan(end..TextLines.End(Text, end)).Contains("/*", StringComparison.Ordinal))
            edits.Insert(end, comma + TextLines.Ending(Text) + TextLines.Indentation(Text, last.Key.Span.Start) + entry);
        else
            AppendLine(last, comma, entry);
    }

    /// <summary>Removes a key, which is not the only one.</summary>
    public void Remove(int index)
    {
        var entry = map.Entries[index];
        var start = entry.Key.Span.Start;
        var end = entry.Value.Span.End;
        var hasComma = TryFindComma(end, out var comma);
        if (hasComma)
            end = comma + 1;
        if (TextLines.IsFirst(Text, start) && IsRestBlank(end))
        {
            edits.RemoveLines(TextLines.Start(Text, start), TextLines.Next(Text, end));
            if (!hasComma)
                RemoveCommaBehind(map.Entries[index - 1]);
            return;
        }
        if (hasComma)
        {
            while (Text[end] == ' ')
                end++;
        }
        else
        {
            RemoveCommaBehind(map.Entries[index - 1]);
            while (Text[start - 1] == ' ')
                start--;
        }
        edits.Replace(start, end, "");
    }

    private void AppendFirst(string entry)
    {
        var inside = map.Span.Start + 1;
        if (Text.AsSpan(inside..(map.Span.End - 1)).IsWhiteSpace())
            edits.Replace(map.Span.Start, map.Span.End, $"{{ {entry} }}");
        else
            edits.Insert(inside, " " + entry);
    }

    private void AppendLine(ConfigEntry last, string comma, string entry)
    {
        var end = last.Value.Span.End;
        var hasComma = TryFindComma(end, out var found);
        if (!hasComma)
            edits.Insert(end, comma);
        var below = TextLines.Next(Text, hasComma ? found : end);
        edits.Insert(below, TextLines.Indentation(Text, last.Key.Span.Start) + entry + (hasComma ? "," : "") + TextLines.Ending(Text));
    }

    private bool TryFindComma(int end, out int comma)
    {
        comma = syntax.SkipBlank(Text, end);
        return Text[comma] == ',';
    }

    private void RemoveCommaBehind(ConfigEntry entry)
    {
        if (TryFindComma(entry.Value.Span.End, out var comma))
            edits.Replace(comma, comma + 1, "");
    }

    private bool IsRestBlank(int at)
    {
        var rest = Text.AsSpan(at..TextLines.End(Text, at)).TrimStart();
        return rest.IsEmpty || rest.StartsWith(syntax.CommentMark);
    }
}
