using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Cli.Output;

/// <summary>Tells people on standard error how a sync goes: one line per cache, what went wrong below it, progress while it lasts.</summary>
internal sealed class SyncReporter : ISyncObserver, IDisposable
{
    private const int MaxProblems = 20;

    private readonly Lock _lock = new();
    private readonly CommandContext _context;
    private readonly ProgressLine _progress;
    private readonly int _width;
    private readonly bool _verbose;
    private readonly bool _quiet;

    public SyncReporter(CommandContext context, IReadOnlyList<CacheDefinition> caches, bool verbose, bool quiet)
    {
        _context = context;
        _verbose = verbose;
        _quiet = quiet;
        _width = caches.Count == 0 ? 0 : caches.Max(static cache => cache.Name.Length);
        _progress = new ProgressLine(context, isVisible: !quiet);
    }

    public void Started(CacheDefinition cache, TransferProgress progress) => _progress.Add(cache.Name, progress);

    public void Waiting(CacheDefinition cache) => Note(cache, "another process is syncing it; waiting");

    public void Note(CacheDefinition cache, string text)
    {
        if (!_quiet)
        {
            Print($"{Name(cache)}  {text}");
        }
    }

    public void Finished(CacheSyncReport report)
    {
        lock (_lock)
        {
            if (!_quiet || report.Outcome == SyncOutcome.Failed || report.Error is not null)
            {
                Print($"{Name(report.Cache)}  {SyncText.Describe(report)}");
            }

            PrintProblems(report);
        }
    }

    public void Dispose() => _progress.Dispose();

    private void PrintProblems(CacheSyncReport report)
    {
        if (report.Problems.Count == 0)
        {
            return;
        }

        var shown = 0;
        var hidden = 0;
        foreach (var problem in report.Problems.OrderByDescending(static problem => problem.Kind))
        {
            if (shown < MaxProblems || _verbose)
            {
                Print($"{Name(report.Cache)}  {Label(problem.Kind)}: {problem.Message}");
                shown++;
            }
            else
            {
                hidden++;
            }
        }

        if (hidden > 0)
        {
            Print($"{Name(report.Cache)}  ... and {hidden:N0} more; --verbose names them all");
        }
    }

    private static string Label(ProblemKind kind) => kind switch
    {
        ProblemKind.Warning => "warning",
        ProblemKind.Conflict => "conflict",
        _ => "failed",
    };

    private string Name(CacheDefinition cache) => cache.Name.PadRight(_width);

    private void Print(string line)
    {
        lock (_lock)
        {
            _progress.Clear();
            _context.Error.WriteLine(line);
        }
    }
}
