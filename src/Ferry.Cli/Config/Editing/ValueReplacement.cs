using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Editing;

/// <summary>Puts one value where another is written.</summary>
internal sealed class ValueReplacement(TextEdits edits, ConfigSyntax syntax)
{
    /// <param name="key">The key; null for the root.</param>
    /// <param name="old">Its value.</param>
    /// <param name="value">What is written instead, on one line.</param>
    public void Replace(ConfigScalar? key, ConfigNode old, string value)
    {
        if (old.Span.IsEmpty)
            edits.Insert(old.Span.End, " " + value);
        else if (key is null || old is ConfigScalar || ConfigEditor.IsFlow(edits.Text, old))
            edits.Replace(old.Span.Start, old.Span.End, value);
        else
            ReplaceLines(key, old, value);
    }

    // A comment may stand behind the colon. It stays there.
    private void ReplaceLines(ConfigScalar key, ConfigNode old, string value)
    {
        var colon = syntax.SkipBlank(edits.Text, key.Span.End) + 1;
        edits.Insert(colon, " " + value);
        edits.RemoveLines(TextLines.Next(edits.Text, colon), TextLines.Next(edits.Text, old.Span.End));
    }
}
