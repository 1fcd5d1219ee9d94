using Ferry.Core.Concurrency;
using Ferry.Testing;

namespace Ferry.Core.Tests.Concurrency;

public class BandwidthLimitTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void No_limit_never_waits()
    {
        BandwidthLimit.None.Consume(long.MaxValue, default);
        new BandwidthLimit(0, _clock).Consume(long.MaxValue, default);
        Assert.Equal(0, _clock.PendingTimers);
    }

    [Fact]
    public void A_negative_rate_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BandwidthLimit(-1, _clock));

    [Fact]
    public void A_full_bucket_passes_a_tenth_of_a_second_at_once()
    {
        var limit = new BandwidthLimit(1_000_000, _clock);
        limit.Consume(100_000, default);
        Assert.Equal(0, _clock.PendingTimers);
        Assert.Equal(0.05, SecondsUntilDone(() => limit.Consume(50_000, default)), 3);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    [InlineData(25_000_000_000)]
    public void A_long_run_keeps_the_rate(long rate)
    {
        var limit = new BandwidthLimit(rate, _clock);
        double seconds = SecondsUntilDone(() =>
        {
            for (int i = 0; i < 50; i++)
                limit.Consume(rate / 25, default);
        });
        Assert.InRange(seconds, 1.89, 1.92);
    }

    [Fact]
    public void A_block_larger_than_the_bucket_waits_its_time()
    {
        var limit = new BandwidthLimit(1_000_000, _clock);
        Assert.InRange(SecondsUntilDone(() => limit.Consume(10_000_000, default)), 9.89, 9.92);
    }

    [Fact]
    public void Idle_time_saves_no_more_than_a_tenth_of_a_second()
    {
        var limit = new BandwidthLimit(1_000_000, _clock);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.InRange(SecondsUntilDone(() => limit.Consume(1_100_000, default)), 0.99, 1.02);
    }

    [Fact]
    public void Threads_share_the_rate()
    {
        var limit = new BandwidthLimit(1_000_000, _clock);
        double seconds = SecondsUntilDone(Enumerable.Repeat<Action>(
            () =>
            {
                for (int i = 0; i < 10; i++)
                    limit.Consume(50_000, default);
            },
            4).ToArray());
        Assert.InRange(seconds, 1.89, 1.95);
    }

    [Fact]
    public void Waiting_can_be_cancelled()
    {
        var limit = new BandwidthLimit(1, _clock);
        using var cancel = new CancellationTokenSource(20);
        Assert.Throws<OperationCanceledException>(() => limit.Consume(1_000_000, cancel.Token));
        Assert.Equal(0, _clock.PendingTimers);
    }

    /// <summary>Runs the actions and moves the clock, a millisecond at a time, only while all that still run wait on it.</summary>
    private double SecondsUntilDone(params Action[] actions)
    {
        long start = _clock.GetTimestamp();
        int left = actions.Length;
        List<Thread> threads = actions.Select(action => new Thread(() =>
        {
            action();
            Interlocked.Decrement(ref left);
        })).ToList();
        threads.ForEach(t => t.Start());
        while (Volatile.Read(ref left) > 0)
        {
            if (_clock.PendingTimers > 0 && _clock.PendingTimers == Volatile.Read(ref left))
                _clock.Advance(TimeSpan.FromMilliseconds(1));
            else
                Thread.Yield();
        }
        threads.ForEach(t => t.Join());
        return _clock.GetElapsedTime(start).TotalSeconds;
    }
}
