using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Testing;

namespace Ferry.Core.Tests.Locking;

public sealed class AdvisoryLockTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_free_lock_is_taken_at_once_and_again_after_its_release()
    {
        for (var i = 0; i < 3; i++)
        {
            using var held = AdvisoryLock.Acquire(_tree["lock"], Long, TimeProvider.System, () => Assert.Fail("nobody holds it"), default);
            Assert.Equal(LockOutcome.Held, held.Outcome);
        }
    }

    [RequiresFact("flock")]
    public void Another_process_is_waited_for_until_it_ends()
    {
        using var other = HoldElsewhere();
        var waited = 0;
        using var held = AdvisoryLock.Acquire(
            _tree["lock"], Long, TimeProvider.System,
            () =>
            {
                waited++;
                File.Delete(_tree["hold"]);
            },
            default);
        Assert.Equal((LockOutcome.Held, 1), (held.Outcome, waited));
        Assert.NotEqual(0, Tool.Run("flock", ["--nonblock", _tree["lock"], "true"]).ExitCode);
    }

    [RequiresFact("flock")]
    public void A_wait_ends_with_its_time()
    {
        using var other = HoldElsewhere();
        using var tried = AdvisoryLock.Acquire(_tree["lock"], TimeSpan.FromMilliseconds(50), TimeProvider.System, () => { }, default);
        Assert.Equal(LockOutcome.TimedOut, tried.Outcome);
        using var once = AdvisoryLock.Acquire(_tree["lock"], TimeSpan.Zero, TimeProvider.System, () => Assert.Fail("no wait was asked for"), default);
        Assert.Equal(LockOutcome.TimedOut, once.Outcome);
        File.Delete(_tree["hold"]);
    }

    [RequiresFact("flock")]
    public void A_wait_can_be_cancelled()
    {
        using var other = HoldElsewhere();
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            AdvisoryLock.Acquire(_tree["lock"], Long, TimeProvider.System, cancellation.Cancel, cancellation.Token));
        File.Delete(_tree["hold"]);
    }

    [Fact]
    public void A_lock_file_that_cannot_be_opened_is_named()
    {
        var directory = _tree.MakeDirectory("lock");
        Assert.Contains(directory, Refused(directory), StringComparison.Ordinal);
        _tree.Symlink("link", "elsewhere");
        Assert.Contains("link", Refused(_tree["link"]), StringComparison.Ordinal);
        Assert.False(_tree.Exists("elsewhere"));

        static string Refused(string path) =>
            Assert.Throws<LinuxException>(() => AdvisoryLock.Acquire(path, Long, TimeProvider.System, () => { }, default)).Message;
    }

    /// <summary>A process that holds the lock as long as the file "hold" is there.</summary>
    private RunningTool HoldElsewhere()
    {
        _tree.Write("hold");
        var other = RunningTool.Start(
            "flock", [_tree["lock"], "bash", "-c", $"touch {_tree["held"]}; while [[ -e {_tree["hold"]} ]]; do sleep 0.01; done"], new ToolOptions());
        while (!_tree.Exists("held")) Thread.Yield();
        return other;
    }
}
