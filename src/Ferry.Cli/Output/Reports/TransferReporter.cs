using Ferry.Core.Progress;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Output;

/// <summary>
/// Tells people on standard error how the caches of a command fare: one line per cache, what went wrong below it, progress while it lasts.
/// </summary>
internal class TransferReporter : ITransferObserver, IDisposable
{
    // As many as a screen has room for beside what else is on it.
    private const int MaxLines = 20;

    private readonly Lock _lock = new();
    private readonly ProgressDisplay _progress;
    private readonly int _width;
    private readonly bool _verbose;
    private readonly bool _quiet;

    public TransferReporter(CommandContext context, IReadOnlyList<CacheDefinition> caches, bool verbose, bool quiet)
    {
        _verbose = verbose;
        _quiet = quiet;
        _width = caches.Count == 0 ? 0 : caches.Max(static cache => cache.Name.Length);
        _progress = new ProgressDisplay(context, isVisible: !quiet);
    }

    public void Started(CacheDefinition cache, TransferProgress progress) => _progress.Add(cache.Name, progress);

    public void Waiting(CacheDefinition cache) => Note(cache, "another process is working on it; waiting");

    public void Note(CacheDefinition cache, string text)
    {
        if (!_quiet)
        {
            Print($"{Name(cache)}  {text}");
        }
    }

    public void Dispose()
    {
        _progress.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Prints how a cache ended and what went wrong in it.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="result">In one line.</param>
    /// <param name="isFailure">Printed with <c>--quiet</c> too.</param>
    /// <param name="problems">Of single files.</param>
    public void PrintResult(CacheDefinition cache, string result, bool isFailure, IReadOnlyList<EntryProblem> problems)
    {
        lock (_lock)
        {
            if (!_quiet || isFailure)
            {
                Print($"{Name(cache)}  {result}");
            }

            PrintList(cache, [.. problems.OrderByDescending(static problem => problem.Kind).Select(static problem => $"{Label(problem.Kind)}: {problem.Message}")]);
        }
    }

    /// <summary>Prints lines below a cache's result: all with <c>--verbose</c>, else the first of them.</summary>
    public void PrintList(CacheDefinition cache, IReadOnlyList<string> lines)
    {
        var shown = _verbose ? lines.Count : Math.Min(lines.Count, MaxLines);
        for (var i = 0; i < shown; i++)
        {
            Print($"{Name(cache)}  {lines[i]}");
        }

        if (shown < lines.Count)
        {
            Print($"{Name(cache)}  ... and {lines.Count - shown:N0} more; --verbose names them all");
        }
    }

    /// <summary>Prints a line that is about no single cache, with <c>--quiet</c> too.</summary>
    public void Print(string line)
    {
        lock (_lock)
        {
            _progress.WriteLine(line);
        }
    }

    private static string Label(ProblemKind kind) => kind switch
    {
        ProblemKind.Warning => "warning",
        ProblemKind.Conflict => "conflict",
        _ => "failed",
    };

    private string Name(CacheDefinition cache) => cache.Name.PadRight(_width);
}
