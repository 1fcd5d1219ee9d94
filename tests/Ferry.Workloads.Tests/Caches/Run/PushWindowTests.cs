using Ferry.Core.Processes;
using Ferry.Workloads.Caches.Run;

namespace Ferry.Workloads.Tests.Caches.Run;

/// <summary>The time that a push has, as signals come.</summary>
public sealed class PushWindowTests : IDisposable
{
    private readonly Clock _clock = new();
    private readonly PushWindow _window;

    public PushWindowTests() => _window = new PushWindow(new RunDeadline { Duration = TimeSpan.FromSeconds(30) }, _clock);

    public void Dispose() => _window.Dispose();

    [Fact]
    public void Nothing_is_limited_before_the_first_signal()
    {
        _clock.Advance(1000);
        Assert.Null(_window.Left);
        Assert.Null(_window.Grace);
        Assert.False(_window.Over.IsCancellationRequested);
    }

    [Fact]
    public void The_first_signal_opens_it_and_the_end_of_the_command_does_not_extend_it()
    {
        _window.OnSignal(SignalNumber.SIGTERM);
        _clock.Advance(20);
        _window.BeginPush();
        Assert.Equal(TimeSpan.FromSeconds(10), _window.Left);
        Assert.Equal(SignalNumber.SIGTERM, _window.FirstSignal);
    }

    [Fact]
    public void A_further_signal_does_not_extend_it()
    {
        _window.OnSignal(SignalNumber.SIGTERM);
        _clock.Advance(20);
        _window.OnSignal(SignalNumber.SIGINT);
        Assert.Equal(TimeSpan.FromSeconds(10), _window.Left);
        Assert.Equal(SignalNumber.SIGTERM, _window.FirstSignal);
    }

    [Fact]
    public void A_signal_during_the_push_opens_it_anew()
    {
        _window.BeginPush();
        _clock.Advance(25);
        _window.OnSignal(SignalNumber.SIGTERM);
        Assert.Equal(TimeSpan.FromSeconds(30), _window.Left);
    }

    [Fact]
    public void Whoever_presses_Ctrl_C_twice_during_the_push_ends_it()
    {
        _window.BeginPush();
        _window.OnSignal(SignalNumber.SIGINT);
        Assert.False(_window.Over.IsCancellationRequested);
        _window.OnSignal(SignalNumber.SIGINT);
        Assert.True(_window.Over.IsCancellationRequested);
    }

    [Fact]
    public void SIGTERM_again_does_not_end_the_push()
    {
        _window.OnSignal(SignalNumber.SIGTERM);
        _window.BeginPush();
        _window.OnSignal(SignalNumber.SIGTERM);
        Assert.False(_window.Over.IsCancellationRequested);
    }

    /// <summary>A clock that goes on when told to; its timers never fire by themselves.</summary>
    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;

        public void Advance(double seconds) => _now = _now.AddSeconds(seconds);
    }
}
