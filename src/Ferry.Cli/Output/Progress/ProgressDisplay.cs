using System.Runtime.InteropServices;
using Ferry.Core.Linux;
using Ferry.Core.Progress;

namespace Ferry.Cli.Output;

/// <summary>
/// Shows how transfers go: on a terminal a line for each that is redrawn in place, elsewhere plain lines now and then. Nothing is shown for
/// work that is over at once. Thread-safe.
/// </summary>
internal sealed class ProgressDisplay : IDisposable
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_framePeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_plainPeriod = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly CommandContext _context;
    private readonly List<TransferMeter> _transfers = [];
    private readonly LiveRegion _region = new();
    private readonly ScreenStyle? _screen;
    private readonly ITimer? _timer;
    private PosixSignalRegistration? _continued;
    private bool _isOver;

    public ProgressDisplay(CommandContext context, bool isVisible)
    {
        _context = context;
        if (!isVisible)
        {
            return;
        }

        _screen = context.IsErrorTerminal && ScreenStyle.Of(context.Environment) is { CanMove: true } style ? style : null;
        _timer = _screen is null
            ? context.Time.CreateTimer(_ => PrintPlain(), null, s_plainPeriod, s_plainPeriod)
            : context.Time.CreateTimer(_ => Draw(), null, s_shortest, s_framePeriod);
    }

    /// <summary>Shows one more transfer, until it is finished.</summary>
    public void Add(string name, TransferProgress progress)
    {
        lock (_lock)
        {
            _transfers.Add(new TransferMeter(name, progress, _context.Time));
        }
    }

    /// <summary>Prints a line that stays, above the progress.</summary>
    public void WriteLine(string line)
    {
        lock (_lock)
        {
            if (_region.IsEmpty)
            {
                _context.Error.WriteLine(line);
            }
            else
            {
                _context.Error.Write(_region.WriteAbove(line, Size.Columns));
            }
        }
    }

    /// <summary>Takes the progress away.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        _continued?.Dispose();
        lock (_lock)
        {
            // A timer that is disposed may still have a turn.
            _isOver = true;
            if (!_region.IsEmpty)
            {
                _context.Error.Write(_region.Draw([], Size.Columns));
            }
        }
    }

    private TerminalSize Size => _context.ErrorTerminalSize() ?? new TerminalSize(80, 24);

    private void Draw()
    {
        // A terminal that is stopped (Ctrl-S) blocks whoever writes: the other frames are not drawn instead of queued.
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            var rows = ActiveRows(s_shortest);
            if (!_isOver && (rows.Count > 0 || !_region.IsEmpty))
            {
                // After a stop (Ctrl-Z) the shell's lines are where ours were.
                _continued ??= PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Forget());
                var size = Size;
                _context.Error.Write(_region.Draw(ProgressLayout.Lines(rows, size, _screen!), size.Columns));
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Forget()
    {
        lock (_lock)
        {
            _region.Forget();
        }
    }

    private void PrintPlain()
    {
        lock (_lock)
        {
            var rows = ActiveRows(TimeSpan.Zero);
            var width = rows.Count == 0 ? 0 : rows.Max(static row => row.Name.Length);
            foreach (var row in _isOver ? [] : rows)
            {
                _context.Error.WriteLine($"{row.Name.PadRight(width)}  {ProgressText.Plain(row)}");
            }
        }
    }

    private List<ProgressRow> ActiveRows(TimeSpan age)
    {
        _transfers.RemoveAll(static transfer => transfer.IsFinished);
        return _transfers.FindAll(transfer => transfer.Age >= age).ConvertAll(static transfer => transfer.Read());
    }
}
