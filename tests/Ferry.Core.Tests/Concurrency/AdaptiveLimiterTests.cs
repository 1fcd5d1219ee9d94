using Ferry.Core.Concurrency;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Core.Tests.Concurrency;

/// <summary>The promises of the limiter, on a simulated device in simulated time.</summary>
public class AdaptiveLimiterTests(ITestOutputHelper output)
{
    private static readonly LimiterOptions Wide = new(1, 32, 64);

    [Theory]
    [CombinatorialServers]
    public void Ninety_percent_of_the_best_throughput_without_more_than_twice_the_slots(
        int servers, double latencyMs, double jitter, int start, int seed)
    {
        var device = new SimulatedDevice(seed) { Servers = servers, LatencyMs = latencyMs, Jitter = jitter };
        var limiter = new AdaptiveLimiter(new LimiterOptions(1, start, 256), device.Clock);
        double best = servers * 1000 / latencyMs;
        device.Run(limiter, best > 1000 ? 1 : 15);
        Observation seen = device.Run(limiter, Math.Clamp(100_000 / best, 3, 60));
        output.WriteLine(seen.ToString());
        Assert.True(seen.PerSecond >= 0.9 * best, $"{seen}");
        // From far above a tiny or erratic server the way down takes longer, and costs no throughput.
        if (servers >= start || (latencyMs < 20 && jitter < 1 && servers > 1))
            Assert.True(seen.MeanLimit <= (jitter < 1 ? 2 : 3) * servers + 1, $"{seen}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_cap_on_requests_per_second_needs_no_more_concurrency_than_fills_it(double jitter)
    {
        var device = new SimulatedDevice { Servers = 1000, LatencyMs = 1, Iops = 8000, Jitter = jitter };
        var limiter = new AdaptiveLimiter(Wide, device.Clock);
        device.Run(limiter, 1);
        Observation seen = device.Run(limiter, 20);
        output.WriteLine(seen.ToString());
        Assert.True(seen.PerSecond >= 0.9 * 8000, $"{seen}");
        Assert.True(seen.MeanLimit <= 20, $"{seen}");
    }

    [Fact]
    public void Comes_down_when_the_server_slows_and_climbs_again_when_it_recovers()
    {
        var device = new SimulatedDevice { Servers = 48, Jitter = 0.5 };
        var limiter = new AdaptiveLimiter(new LimiterOptions(1, 32, 128), device.Clock);
        device.Run(limiter, 3);
        Assert.InRange(limiter.Limit, 40, 96);
        device.Servers = 6;
        device.Run(limiter, 2);
        Observation slow = device.Run(limiter, 10);
        output.WriteLine(slow.ToString());
        Assert.InRange(slow.MeanLimit, 5, 14);
        Assert.True(slow.PerSecond >= 0.9 * 6000, $"{slow}");
        // At six in flight nothing shows that more would pay; only the next probe, some seconds away, finds out.
        device.Servers = 48;
        device.Run(limiter, 7);
        Observation again = device.Run(limiter, 10);
        output.WriteLine(again.ToString());
        Assert.True(again.PerSecond >= 0.9 * 48000, $"{again}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void A_steady_device_sees_few_changes(double jitter)
    {
        var device = new SimulatedDevice { Servers = 24, Jitter = jitter };
        var limiter = new AdaptiveLimiter(Wide, device.Clock);
        device.Run(limiter, 5);
        Observation seen = device.Run(limiter, 120);
        output.WriteLine(seen.ToString());
        // One short probe, there and back, every two or three seconds.
        Assert.InRange(seen.Changes, 0, 150);
        Assert.InRange(seen.MostLimit, 24, 64);
        Assert.True(seen.PerSecond >= 0.94 * 24000, $"{seen}");
    }

    [Fact]
    public void Heads_that_seek_end_with_few_streams()
    {
        var device = new SimulatedDevice { Servers = 1, LatencyMs = 2, SeekPenalty = 0.5, Jitter = 0.2 };
        var limiter = new AdaptiveLimiter(new LimiterOptions(1, 8, 32), device.Clock);
        device.Run(limiter, 3);
        Observation seen = device.Run(limiter, 20);
        output.WriteLine(seen.ToString());
        Assert.InRange(seen.MeanLimit, 1, 1.5);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(1, 16)]
    [InlineData(32, 2)]
    [InlineData(16, 4)]
    public void A_busy_processor_ends_with_as_many_operations_as_cores(int start, int cores)
    {
        // Each request is 10 microseconds of processor time and no waiting.
        var device = new SimulatedDevice { Servers = cores, LatencyMs = 0.01, CpuMsPerRequest = 0.01 };
        var limiter = new AdaptiveLimiter(new LimiterOptions(1, start, 64), device.Clock, device.CpuTime, cores);
        device.Run(limiter, 1);
        Observation seen = device.Run(limiter, 3);
        output.WriteLine(seen.ToString());
        Assert.Equal((cores, cores), (seen.LeastLimit, seen.MostLimit));
    }

    [Fact]
    public void Too_little_work_does_not_move_the_limit()
    {
        var device = new SimulatedDevice { Servers = 100, Demand = 5 };
        var limiter = new AdaptiveLimiter(Wide, device.Clock);
        Observation seen = device.Run(limiter, 10);
        Assert.Equal((32, 32), (seen.LeastLimit, seen.MostLimit));
    }

    [Fact]
    public void A_fixed_limit_stays()
    {
        var device = new SimulatedDevice { Servers = 100 };
        var limiter = new AdaptiveLimiter(LimiterOptions.Fixed(8), device.Clock);
        limiter.LimitChanged += () => Assert.Fail("changed");
        Observation seen = device.Run(limiter, 5);
        Assert.Equal((8, 8), (seen.LeastLimit, seen.MostLimit));
    }

    [Fact]
    public void Reports_of_a_holder_count_without_giving_up_its_slot()
    {
        var clock = new FakeClock();
        var limiter = new AdaptiveLimiter(new LimiterOptions(1, 1, 64), clock);
        limiter.Enter(default);
        for (int piece = 0; piece < 2000 && limiter.Limit == 1; piece++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            limiter.Report(new WorkAmount(1 << 20));
        }
        Assert.Equal((1, 2), (limiter.InFlight, limiter.Limit));
    }

    [Fact]
    public void A_new_limit_is_announced_and_used_by_a_running_pool()
    {
        var clock = new FakeClock();
        var limiter = new AdaptiveLimiter(new LimiterOptions(1, 1, 2), clock);
        using var second = new ManualResetEventSlim();
        var pool = new WorkPool<int, object>(new WorkPoolOptions { Limiter = limiter }, () => new object(), (n, _, _) =>
        {
            if (n > 0)
                second.Set();
            while (n == 0 && !second.IsSet)
            {
                clock.Advance(TimeSpan.FromMilliseconds(1));
                limiter.Report(new WorkAmount(1 << 20));
            }
            return default;
        });
        // The first body waits for the second, which only a raised limit lets begin.
        pool.Run([0, 1, 2], default);
        Assert.True(second.IsSet);
    }

    [Fact]
    public void Enter_waits_for_Leave_and_can_be_cancelled()
    {
        var limiter = new AdaptiveLimiter(LimiterOptions.Fixed(1), TimeProvider.System);
        limiter.Enter(default);
        using var cancel = new CancellationTokenSource(20);
        Assert.Throws<OperationCanceledException>(() => limiter.Enter(cancel.Token));
        var waiting = new Thread(() => limiter.Enter(default));
        waiting.Start();
        Assert.False(waiting.Join(20));
        limiter.Leave(0);
        Assert.True(waiting.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, limiter.InFlight);
    }

    [Fact]
    public void Slots_are_never_lost_under_contention()
    {
        var limiter = new AdaptiveLimiter(LimiterOptions.Fixed(2), TimeProvider.System);
        int running = 0, most = 0;
        var threads = Enumerable.Range(0, 6).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                limiter.Enter(default);
                int now = Interlocked.Increment(ref running);
                if (now > most)
                    most = now;
                Interlocked.Decrement(ref running);
                limiter.Leave(0);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        Assert.All(threads, t => Assert.True(t.Join(TimeSpan.FromSeconds(60))));
        Assert.InRange(most, 1, 2);
        Assert.Equal(0, limiter.InFlight);
    }

    private sealed class CombinatorialServersAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from servers in new[] { 1, 5, 16, 23, 48 }
            from latency in new[] { 0.1, 1, 20 }
            from jitter in new[] { 0, 0.5, 1 }
            from start in new[] { 2, 32 }
            from seed in new[] { 1 }
            select new object[] { servers, latency, jitter, start, seed };
    }
}
