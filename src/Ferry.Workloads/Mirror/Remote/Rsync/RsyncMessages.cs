using System.Globalization;
using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>
/// Collects what rsync, in the C locale, says about single files, on standard error and beside its results. Lines that name no file, from rsync or from
/// ssh, are for the message when all of it fails. Thread-safe.
/// </summary>
/// <param name="source">What rsync copies, to name what it skips.</param>
internal sealed class RsyncMessages(MirrorEnd source)
{
    /// <summary>Problems that are kept one by one; more are counted.</summary>
    private const int MostProblems = 1000;

    private readonly Lock _lock = new();
    private readonly List<EntryProblem> _problems = [];
    private string? _foreign;
    private string? _own;

    /// <summary>What went wrong with single files; complete when rsync has ended.</summary>
    public IReadOnlyList<EntryProblem> Problems => _problems;

    /// <summary>Problems beyond those that were kept.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Files that did not arrive, or not as they should.</summary>
    public long Failures { get; private set; }

    /// <summary>Files that have lost attributes which their file system does not take.</summary>
    public long LostAttributes { get; private set; }

    /// <summary>What was said first, by ssh or the shell there, or else by rsync; null if nothing was said.</summary>
    public string? Reason => _foreign ?? (_problems.Count > 0 ? _problems[0].Message : _own);

    /// <summary>What rsync itself said that names no file; null if nothing.</summary>
    public string? Unnamed => _own;

    /// <summary>Whether somebody else than rsync said something: then it was hardly begun.</summary>
    public bool HasForeign => _foreign is not null;

    /// <summary>A line of standard error.</summary>
    public void AddError(string line)
    {
        if (line.StartsWith("rsync error:", StringComparison.Ordinal) || line.StartsWith("rsync warning:", StringComparison.Ordinal) || line.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (ParseVanished(line) is { } vanished)
            {
                Keep(vanished);
            }
            else if (Parse(line) is { } problem)
            {
                Failures += problem.Kind == ProblemKind.Failure ? 1 : 0;
                LostAttributes += problem.Kind == ProblemKind.Warning ? 1 : 0;
                Keep(problem);
            }
            else if (line.StartsWith("rsync:", StringComparison.Ordinal))
            {
                _own ??= PathText.Display(Encoding.UTF8.GetBytes(line));
            }
            else
            {
                _foreign ??= PathText.Display(Encoding.UTF8.GetBytes(line));
            }
        }
    }

    /// <summary>A line of standard output that is neither a result nor progress.</summary>
    public void AddNote(ReadOnlySpan<byte> line)
    {
        var text = Encoding.Latin1.GetString(line);
        var note =
            Quoted(text, "skipping non-regular file \"") is { } special ? new EntryProblem(ProblemKind.Warning, $"{source.ToString().TrimEnd('/')}/{special}", EntryProblem.Special)
            : text.StartsWith("cannot delete non-empty directory: ", StringComparison.Ordinal)
                ? new EntryProblem(ProblemKind.Warning, RsyncName.Display(text[(text.IndexOf(':', StringComparison.Ordinal) + 2)..]), "is not empty; not deleted")
            : text.StartsWith("IO error encountered", StringComparison.Ordinal)
                ? new EntryProblem(ProblemKind.Warning, "--delete", "nothing was deleted, because something of the source could not be read")
            : null;
        if (note is not null)
        {
            lock (_lock)
            {
                Keep(note);
            }
        }
    }

    private void Keep(EntryProblem problem)
    {
        if (_problems.Count < MostProblems)
        {
            _problems.Add(problem);
        }
        else
        {
            LeftOut++;
        }
    }

    private static EntryProblem? ParseVanished(string line) =>
        (Quoted(line, "file has vanished: \"") ?? Quoted(line, "directory has vanished: \"")) is { } path
            ? new EntryProblem(ProblemKind.Warning, path, "vanished while it was being read", Errno.ENOENT) : null;

    /// <summary>As in <c>rsync: [sender] send_files failed to open "/a/b": Permission denied (13)</c>, or without an error number.</summary>
    private static EntryProblem? Parse(string line)
    {
        if (RejectedUpdate(line) is { } rejected)
        {
            return rejected;
        }

        var open = line.IndexOf('"', StringComparison.Ordinal);
        var close = line.LastIndexOf('"');
        if (!line.StartsWith("rsync: ", StringComparison.Ordinal) || close <= open)
        {
            return null;
        }

        // setxattr has two names in quotes: the file's, and the attribute's.
        var attribute = line.IndexOf("\",\"", open, StringComparison.Ordinal);
        var path = RsyncName.Display(line[(open + 1)..(attribute > 0 ? attribute : close)]);
        var (reason, errno) = ReasonOf(line[(close + 1)..]);
        var operation = Operation(line[..open]);
        var isLostAttribute = errno is Errno.EOPNOTSUPP && (operation.Contains("xattr", StringComparison.Ordinal) || operation.Contains("acl", StringComparison.Ordinal));
        return isLostAttribute
            ? new EntryProblem(ProblemKind.Warning, path, $"its file system does not take all attributes ({operation})", errno)
            : new EntryProblem(ProblemKind.Failure, path, $"{reason} ({operation})", errno);
    }

    private static EntryProblem? RejectedUpdate(string line)
    {
        const string start = "ERROR: ";
        var end = line.IndexOf(" failed verification", StringComparison.Ordinal);
        return line.StartsWith(start, StringComparison.Ordinal) && end > start.Length
            ? new EntryProblem(ProblemKind.Failure, RsyncName.Display(line[start.Length..end]), "changed while it was being read; not copied")
            : null;
    }

    /// <summary>The words between the role in brackets and the path, without <c>failed</c>.</summary>
    private static string Operation(string text)
    {
        var start = text.IndexOf("] ", StringComparison.Ordinal) is >= 0 and var role ? role + 2 : "rsync: ".Length;
        return text[start..].Replace(" failed", "", StringComparison.Ordinal).TrimEnd(' ', '(', ':').Trim();
    }

    private static (string Reason, int Errno) ReasonOf(string text)
    {
        text = text.TrimStart(' ', ':', ')', ',');
        text = text.StartsWith("failed: ", StringComparison.Ordinal) ? text["failed: ".Length..] : text;
        var open = text.LastIndexOf('(');
        return open > 0 && text.EndsWith(')') && int.TryParse(text[(open + 1)..^1], CultureInfo.InvariantCulture, out var errno)
            ? (text[..open].Trim(), errno) : (text.Length == 0 ? "failed" : text, 0);
    }

    private static string? Quoted(string line, string start) =>
        line.StartsWith(start, StringComparison.Ordinal) && line.EndsWith('"') && line.Length > start.Length
            ? RsyncName.Display(line[start.Length..^1]) : null;
}
