using Ferry.Cli.Output;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Testing;

namespace Ferry.Cli.Tests.Output;

/// <summary>What a terminal, or a file, has in the end.</summary>
public sealed class ProgressDisplayTests : IDisposable
{
    private const int Columns = 60;

    private readonly FakeClock _time = new();
    private readonly FakeScreen _screen = new(Columns);

    public void Dispose() => _screen.Dispose();

    [Fact]
    public void Nothing_is_shown_for_work_that_is_over_at_once()
    {
        using (var display = Display())
        {
            var progress = Add(display, "A");
            Advance(0.25);
            progress.Phase = TransferPhase.Finished;
            Advance(1);
        }

        Assert.Equal(0, _screen.Writes);
    }

    [Fact]
    public void A_transfer_that_has_just_begun_is_not_shown_beside_one_that_takes_long()
    {
        using var display = Display();
        _ = Add(display, "LONG");
        Advance(1);
        _ = Add(display, "NEW");
        Advance(0.1);
        Assert.Equal("LONG", Assert.Single(_screen.Rows).Split(' ')[0]);
        Advance(0.3);
        Assert.Equal(2, _screen.Rows.Length);
    }

    [Fact]
    public void Between_one_phase_and_the_next_nothing_is_shown()
    {
        using var display = Display();
        var copy = Add(display, "copy");
        Advance(1);
        copy.Phase = TransferPhase.Finished;
        Advance(0.1);
        Assert.All(_screen.Rows, static row => Assert.Equal("", row.Trim()));
        _ = Add(display, "verify");
        Advance(1);
        Assert.StartsWith("verify", _screen.Rows[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_stay_above_and_the_progress_goes()
    {
        using (var display = Display())
        {
            var first = Add(display, "FIRST");
            _ = Add(display, "SECOND");
            Advance(0.5);
            first.Phase = TransferPhase.Finished;
            var before = _screen.Writes;
            display.WriteLine("FIRST is done, " + new string('x', 2 * Columns));
            Assert.Equal(before + 1, _screen.Writes);
            Advance(0.1);
            Assert.Equal(before + 2, _screen.Writes);
            Assert.Equal("SECOND", _screen.Rows[^1].Split(' ')[0]);
            Assert.Equal(4, _screen.Rows.Length);
        }

        Assert.Equal(3, _screen.Rows.Length);
        Assert.StartsWith("FIRST is done, x", _screen.Rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_happens_the_screen_shows_the_messages_and_then_the_transfers()
    {
        var random = new Random(7);
        var messages = new List<string>();
        var transfers = new List<(string Name, TransferProgress Progress)>();
        using var display = Display();
        for (var step = 0; step < 2000; step++)
        {
            switch (random.Next(5))
            {
                case 0 when transfers.Count < 30:
                    transfers.Add(($"T{step}", Add(display, $"T{step}")));
                    break;
                case 1 when transfers.Count > 0:
                    var over = random.Next(transfers.Count);
                    transfers[over].Progress.Phase = TransferPhase.Finished;
                    transfers.RemoveAt(over);
                    break;
                case 2:
                    var text = $"message {step}:" + new string('m', random.Next(Columns / 2));
                    display.WriteLine(text);
                    messages.Add(text);
                    break;
                default:
                    Advance(0.4);
                    var hidden = Math.Max(0, transfers.Count - 22);
                    string[] expected = [.. messages, .. transfers.Select(transfer => transfer.Name).Take(transfers.Count > 23 ? 22 : 23)];
                    Assert.Equal(expected, _screen.Rows.Where(row => row.Length > 0 && !row.StartsWith("and ", StringComparison.Ordinal))
                        .Select((row, i) => i < messages.Count ? row : row.Split(' ')[0]));
                    Assert.Equal(transfers.Count > 23, _screen.Rows[^1] == $"and {hidden} more");
                    break;
            }
        }
    }

    [Fact]
    public void Without_a_terminal_there_are_plain_lines_now_and_then()
    {
        using (var display = Display(isTerminal: false))
        {
            var progress = Add(display, "A");
            _ = Add(display, "LONGER");
            (progress.Phase, progress.TotalBytes, progress.TotalFiles) = (TransferPhase.Copying, 1000, 3);
            progress.AddBytes(500);
            progress.AddFiles(1);
            Advance(14);
            Assert.Equal(0, _screen.Writes);
            Advance(1);
        }

        Assert.Equal(["A       copying: 50%, 500 B/1.00 kB, 1/3 files", "LONGER  checking, 15s"], _screen.Rows);
    }

    [Fact]
    public void A_dumb_terminal_gets_plain_lines()
    {
        using var display = Display(term: "dumb");
        _ = Add(display, "A");
        Advance(15);
        Assert.Equal(["A  checking, 15s"], _screen.Rows);
    }

    [Fact]
    public void Quiet_is_quiet()
    {
        using var display = Display(isVisible: false);
        _ = Add(display, "A");
        Advance(60);
        Assert.Equal(0, _screen.Writes);
    }

    private static TransferProgress Add(ProgressDisplay display, string name)
    {
        var progress = new TransferProgress();
        display.Add(name, progress);
        return progress;
    }

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private ProgressDisplay Display(bool isTerminal = true, string term = "xterm", bool isVisible = true)
    {
        var environment = new Support.TestEnvironment("/home/jdoe");
        environment.Variables["TERM"] = term;
        var context = new CommandContext
        {
            Environment = environment,
            Out = TextWriter.Null,
            OutBytes = Stream.Null,
            Error = _screen,
            Time = _time,
            IsErrorTerminal = isTerminal,
            ErrorTerminalSize = () => new TerminalSize(Columns, 24),
        };
        return new ProgressDisplay(context, isVisible);
    }
}
