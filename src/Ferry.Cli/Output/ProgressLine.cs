using Ferry.Core.Linux;
using Ferry.Core.Progress;

namespace Ferry.Cli.Output;

/// <summary>
/// Progress of all transfers together: on a terminal one line that is redrawn, elsewhere a plain line now and then. Nothing is shown for
/// work that is over at once. Thread-safe.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private const string ClearLine = "\r\u001b[K";

    private static readonly TimeSpan s_terminalPeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_plainPeriod = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly CommandContext _context;
    private readonly List<(string Name, TransferProgress Progress)> _transfers = [];
    private readonly ITimer? _timer;
    private readonly long _start;
    private bool _isDrawn;

    public ProgressLine(CommandContext context, bool isVisible)
    {
        _context = context;
        _start = context.Time.GetTimestamp();
        var period = context.IsErrorTerminal ? s_terminalPeriod : s_plainPeriod;
        _timer = isVisible ? context.Time.CreateTimer(_ => Draw(), null, period, period) : null;
    }

    public void Add(string name, TransferProgress progress)
    {
        lock (_lock)
        {
            _transfers.Add((name, progress));
        }
    }

    /// <summary>Takes the line away so that another can be printed.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_isDrawn)
            {
                _context.Error.Write(ClearLine);
                _isDrawn = false;
            }
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        Clear();
    }

    private void Draw()
    {
        lock (_lock)
        {
            var active = _transfers.FindAll(static transfer => transfer.Progress.Phase is not (TransferPhase.Finished or TransferPhase.Waiting));
            if (active.Count == 0)
            {
                return;
            }

            var text = Describe(active);
            if (_context.IsErrorTerminal)
            {
                _context.Error.Write($"{ClearLine}{text}");
                _isDrawn = true;
            }
            else
            {
                _context.Error.WriteLine(text);
            }
        }
    }

    private string Describe(List<(string Name, TransferProgress Progress)> active)
    {
        var names = active.Count <= 3 ? string.Join(", ", active.Select(static transfer => transfer.Name)) : $"{active.Count} caches";
        var copying = active.FindAll(static transfer => transfer.Progress.TotalFiles > 0);
        if (copying.Count == 0)
        {
            return $"{names}: comparing";
        }

        var (files, totalFiles) = (copying.Sum(static t => t.Progress.Files), copying.Sum(static t => t.Progress.TotalFiles));
        var (bytes, totalBytes) = (copying.Sum(static t => t.Progress.Bytes), copying.Sum(static t => t.Progress.TotalBytes));
        var seconds = Math.Max(0.001, _context.Time.GetElapsedTime(_start).TotalSeconds);
        var done = totalBytes > 0 ? (double)bytes / totalBytes : (double)files / totalFiles;
        var rest = done > 0.01 ? $", {SyncText.Seconds(TimeSpan.FromSeconds(seconds * (1 - done) / done))} left" : "";
        return $"{names}: {100 * Math.Min(done, 1):0}%  {ByteText.Of(bytes)} of {ByteText.Of(totalBytes)}, {files:N0} of {SyncText.Count(totalFiles, "file")}"
            + $"  {ByteText.Of((long)(bytes / seconds))}/s{rest}";
    }
}
