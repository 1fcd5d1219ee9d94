using System.Text;

namespace Ferry.Cli.Config.Editing;

/// <summary>Changes to a text, collected with the offsets of the text as it was.</summary>
internal sealed class TextEdits(string text, ConfigSyntax syntax)
{
    private readonly List<(int Start, int End, string With)> _edits = [];

    /// <summary>The text as it was.</summary>
    public string Text { get; } = text;

    /// <summary>Puts text before an offset; behind what was put there before.</summary>
    public void Insert(int at, string added) => _edits.Add((at, at, added));

    /// <summary>Replaces text. Lines in it that hold only a comment stay, below the line that it ends on.</summary>
    public void Replace(int start, int end, string with)
    {
        _edits.Add((start, end, with));
        var comments = CommentLines(TextLines.Next(Text, start), end);
        if (comments.Length == 0)
            return;
        var below = TextLines.Next(Text, end);
        var ended = below > 0 && Text[below - 1] == '\n';
        Insert(below, ended ? comments : TextLines.Ending(Text) + comments.TrimEnd());
    }

    /// <summary>Removes whole lines, but those that hold only a comment.</summary>
    /// <param name="start">The first character of a line.</param>
    /// <param name="end">The first character of a later line, or the text's length.</param>
    public void RemoveLines(int start, int end) => _edits.Add((start, end, CommentLines(start, end)));

    /// <summary>The text with all changes.</summary>
    public string Apply()
    {
        var result = new StringBuilder(Text.Length + 64);
        var done = 0;
        foreach (var (start, end, with) in _edits.OrderBy(e => e.Start))
        {
            result.Append(Text.AsSpan(done..start)).Append(with);
            done = end;
        }
        return result.Append(Text.AsSpan(done)).ToString();
    }

    // Whole lines only: the last one must end before the end.
    private string CommentLines(int start, int end)
    {
        var lines = new StringBuilder();
        for (var next = 0; start < end; start = next)
        {
            next = TextLines.Next(Text, start);
            if (next <= end && Text.AsSpan(start..next).TrimStart().StartsWith(syntax.CommentMark))
                lines.Append(Text.AsSpan(start..next));
        }
        return lines.ToString();
    }
}
