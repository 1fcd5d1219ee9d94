using System.Text;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches.Doctor;

namespace Ferry.Cli.Output;

/// <summary>The report of <c>ferry doctor</c> for people: places, under each a line per finding, and where there is something to say what to do.</summary>
internal sealed class DoctorText
{
    private const int Width = 80;
    private const int ProbeWidth = 13;

    private readonly TextWriter _output;
    private readonly bool _isUnicode;
    private readonly bool _isColoured;

    public DoctorText(CommandContext context)
    {
        _output = context.Out;
        var style = ScreenStyle.Of(context.Environment);
        (_isUnicode, _isColoured) = (style.IsUnicode, context.IsOutTerminal && style.HasColour);
    }

    public void Write(IReadOnlyList<Finding> findings)
    {
        DoctorPlace? place = null;
        foreach (var finding in findings)
        {
            if (finding.Place != place)
            {
                _output.WriteLine($"{(place is null ? "" : "\n")}{Paint(Heading(finding.Place), "1")}");
                place = finding.Place;
            }

            WriteFinding(finding);
        }

        _output.WriteLine();
        WriteWrapped("", "", Summary(findings), "");
        _output.Flush();
    }

    private static string Heading(DoctorPlace place) => place.Path is null ? place.Name : $"{place.Name}  {Clean(place.Path)}";

    private void WriteFinding(Finding finding)
    {
        var (mark, colour) = MarkOf(finding.Severity);
        var first = $"  {mark} {finding.Probe.PadRight(ProbeWidth)}";
        var indent = new string(' ', first.Length);
        WriteWrapped($"  {Paint(mark, colour)} {finding.Probe.PadRight(ProbeWidth)}", indent, finding.Found, "");
        WriteWrapped(indent, indent, finding.Ferry, "ferry: ");
        WriteWrapped(indent, indent, finding.You, "you: ");
    }

    /// <summary>Writes a text in lines of at most 80 characters where its words allow that; the later ones are indented further.</summary>
    private void WriteWrapped(string first, string indent, string? text, string label)
    {
        if (text is null)
        {
            return;
        }

        var hanging = indent + new string(' ', label.Length);
        var line = new StringBuilder(label);
        var used = indent.Length + label.Length;
        var isStart = true;
        foreach (var word in Clean(text).Split(' '))
        {
            if (!isStart && used + 1 + word.Length > Width)
            {
                _output.WriteLine(first + line);
                (first, used, isStart) = (hanging, hanging.Length, true);
                line.Clear();
            }

            line.Append(isStart ? "" : " ").Append(word);
            used += word.Length + (isStart ? 0 : 1);
            isStart = false;
        }

        _output.WriteLine(first + line);
    }

    private static string Summary(IReadOnlyList<Finding> findings)
    {
        var parts = new List<string>();
        foreach (var (severity, noun) in (ReadOnlySpan<(FindingSeverity, string)>)
            [(FindingSeverity.Problem, "problem"), (FindingSeverity.Warning, "warning"), (FindingSeverity.Note, "note")])
        {
            if (findings.Count(finding => finding.Severity == severity) is > 0 and var count)
            {
                parts.Add(SyncText.Count(count, noun));
            }
        }

        var counts = $"{SyncText.Count(findings.Count, "finding")}: {(parts.Count == 0 ? "all is well" : string.Join(", ", parts))}";
        return findings.MaxBy(static finding => finding.Severity) is { Severity: >= FindingSeverity.Warning } worst
            ? $"{counts}. The worst: {worst.Place.Name}: {worst.Found}"
            : counts;
    }

    private (string Mark, string Colour) MarkOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Ok => (_isUnicode ? "✓" : "ok  ", "32"),
        FindingSeverity.Note => (_isUnicode ? "·" : "note", "36"),
        FindingSeverity.Warning => (_isUnicode ? "!" : "warn", "33"),
        _ => (_isUnicode ? "✗" : "FAIL", "31"),
    };

    private string Paint(string text, string colour) => _isColoured ? $"\e[{colour}m{text}\e[0m" : text;

    /// <summary>Paths and tools' answers may hold anything; a terminal would obey it.</summary>
    private static string Clean(string text) => PathText.Display(Encoding.UTF8.GetBytes(text));
}
