using System.Text;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Editing;

/// <summary>Adds to mappings that are written on lines.</summary>
internal sealed class BlockMap(TextEdits edits, ConfigSyntax syntax, ConfigMap root)
{
    private string Text => edits.Text;

    private string Ending => TextLines.Ending(Text);

    /// <summary>Adds a key at the end of a mapping.</summary>
    public void Append(ConfigMap map, string[] keys, string value)
    {
        var isRoot = map == root;
        var column = isRoot ? 0 : map.Position.Column - 1;
        var last = map.Entries.Count == 0 ? Text.Length : map.Entries[^1].Value.Span.End;
        var sibling = map.Entries.FindLast(e => e.Value is ConfigMap { Entries.Count: > 0 })?.Value;
        var inBraces = sibling is null ? !isRoot : ConfigEditor.IsFlow(Text, sibling);
        var gap = isRoot && map.Entries.Count > 0 && IsApart(map.Entries[^1]) ? Ending : "";
        InsertLine(SkipDeeperComments(last, column), gap + Lines(column, keys, value, inBraces));
    }

    /// <summary>Writes the first key of a mapping of which there is nothing but its key.</summary>
    public void Fill(ConfigScalar key, string[] keys, string value) =>
        InsertLine(TextLines.Next(Text, key.Span.End), Lines(key.Position.Column - 1 + Step, keys, value, inBraces: true));

    private string Lines(int column, string[] keys, string value, bool inBraces)
    {
        var indentation = new string(' ', column);
        if (inBraces || keys.Length == 1)
            return indentation + FlowMap.Entry(syntax, keys, value);
        return $"{indentation}{syntax.Key(keys[0])}:{Ending}{Lines(column + Step, keys[1..], value, inBraces: true)}";
    }

    /// <summary>Columns between a mapping and the one it is in, as the file has it.</summary>
    private int Step
    {
        get
        {
            var nested = root.Entries.Find(e => e.Value is ConfigMap { Entries.Count: > 0 } && !ConfigEditor.IsFlow(Text, e.Value));
            return nested is null ? 2 : nested.Value.Position.Column - nested.Key.Position.Column;
        }
    }

    private void InsertLine(int at, string lines)
    {
        var isBehindLine = at == 0 || Text[at - 1] == '\n';
        edits.Insert(at, isBehindLine ? lines + Ending : Ending + lines);
    }

    // Comments that are indented further belong to what is above them.
    private int SkipDeeperComments(int end, int column)
    {
        var at = TextLines.Next(Text, end);
        while (at < Text.Length && TextLines.Indentation(Text, at).Length > column && IsComment(at))
            at = TextLines.Next(Text, at);
        return at;
    }

    /// <summary>Whether a blank line stands above a key and its comments.</summary>
    private bool IsApart(ConfigEntry entry)
    {
        var at = TextLines.Start(Text, entry.Key.Span.Start);
        while (at > 0)
        {
            at = TextLines.Start(Text, at - 1);
            if (!IsComment(at))
                return Text.AsSpan(at..TextLines.End(Text, at)).IsWhiteSpace();
        }
        return false;
    }

    private bool IsComment(int at) => Text.AsSpan(at..TextLines.End(Text, at)).TrimStart().StartsWith(syntax.CommentMark);
}
