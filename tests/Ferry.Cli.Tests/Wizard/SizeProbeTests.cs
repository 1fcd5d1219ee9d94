using Ferry.Cli.Tests.Support;
using Ferry.Cli.Wizard;

namespace Ferry.Cli.Tests.Wizard;

public sealed class SizeProbeTests : IDisposable
{
    private readonly TempDirectory _tree = new();
    private readonly CancellationTokenSource _cancellation = new();

    public SizeProbeTests() => _tree.Write("a/file", "12345");

    public void Dispose()
    {
        _tree.Dispose();
        _cancellation.Dispose();
    }

    [Fact]
    public void Counts_what_is_there()
    {
        using var probe = new SizeProbe(Trees.Measure, TimeProvider.System, _cancellation.Token);
        Assert.Equal(new SizeEstimate(1, 5, IsComplete: true), probe.Measure(_tree.Path, static () => false));
        Assert.False(probe.Measure(_tree.At("nothing"), static () => false).IsComplete);
    }

    [Fact]
    public void A_tree_that_takes_long_gives_what_was_counted_when_the_user_has_enough()
    {
        var (isCounted, isOver) = (false, false);
        using var probe = new SizeProbe(
            (directory, measure, end) =>
            {
                Trees.Measure(directory, measure, end);
                Volatile.Write(ref isCounted, true);
                end.WaitHandle.WaitOne();
                Volatile.Write(ref isOver, true);
            },
            TimeProvider.System,
            _cancellation.Token);
        Assert.Equal(new SizeEstimate(1, 5, IsComplete: false), probe.Measure(_tree.Path, () => Volatile.Read(ref isCounted)));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref isOver), TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_file_system_that_does_not_answer_is_not_waited_for()
    {
        using var answer = new ManualResetEventSlim();
        using var probe = new SizeProbe((_, _, _) => answer.Wait(CancellationToken.None), TimeProvider.System, _cancellation.Token);
        Assert.Equal(new SizeEstimate(0, 0, IsComplete: false), probe.Measure("/hung", static () => true));
        answer.Set();
    }

    [Fact]
    public void A_signal_ends_the_measuring()
    {
        using var probe = new SizeProbe((_, _, end) => end.WaitHandle.WaitOne(), TimeProvider.System, _cancellation.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => probe.Measure("/", () =>
        {
            _cancellation.Cancel();
            return false;
        }));
    }
}
