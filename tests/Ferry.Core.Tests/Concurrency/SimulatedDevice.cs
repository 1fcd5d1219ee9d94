using Ferry.Core.Concurrency;
using Ferry.Testing;

namespace Ferry.Core.Tests.Concurrency;

/// <summary>
/// A device and the threads that load it, in simulated time: a server that works on at most <see cref="Servers"/> requests at once,
/// each for <see cref="LatencyMs"/>, and queues the rest. Deterministic for a seed.
/// </summary>
internal sealed class SimulatedDevice(int seed = 1)
{
    private readonly Random _random = new(seed);
    private readonly FakeClock _clock = new();
    private readonly PriorityQueue<double, double> _running = new();
    private readonly Queue<int> _queued = new();
    private double _nowMs;
    private double _cpuMs;
    private double _earliestByIops;

    /// <summary>Requests that the server works on at once.</summary>
    public int Servers { get; set; } = 16;

    /// <summary>Mean time of one request in service.</summary>
    public double LatencyMs { get; set; } = 1;

    /// <summary>Spread of a request's time around its mean: 0 none, 1 exponential.</summary>
    public double Jitter { get; set; }

    /// <summary>Requests per second that the server allows in all; 0 for any number.</summary>
    public double Iops { get; set; }

    /// <summary>Share by which each request in flight beyond the first slows all: heads that move.</summary>
    public double SeekPenalty { get; set; }

    /// <summary>Processor time of this process that each request costs.</summary>
    public double CpuMsPerRequest { get; set; }

    /// <summary>Threads with work; fewer than the limit means that the device is not saturated.</summary>
    public int Demand { get; set; } = int.MaxValue;

    public TimeProvider Clock => _clock;

    public TimeSpan CpuTime() => TimeSpan.FromMilliseconds(_cpuMs);

    /// <summary>Loads the device through a limiter for some simulated time.</summary>
    /// <returns>What was seen: throughput, and the range and changes of the limit.</returns>
    public Observation Run(AdaptiveLimiter limiter, double seconds)
    {
        double end = _nowMs + seconds * 1000, start = _nowMs, limitArea = 0;
        int completed = 0, least = limiter.Limit, most = limiter.Limit, changes = 0, last = limiter.Limit;
        while (_nowMs < end)
        {
            while (limiter.InFlight < Demand && limiter.TryEnter())
                Begin();
            _running.TryDequeue(out double at, out _);
            limitArea += (at - _nowMs) * limiter.Limit;
            _clock.Advance(TimeSpan.FromMilliseconds(at - _nowMs));
            _nowMs = at;
            _cpuMs += CpuMsPerRequest;
            limiter.Leave(0);
            completed++;
            while (_running.Count < Servers && _queued.TryDequeue(out _))
                Serve();
            int limit = limiter.Limit;
            changes += limit == last ? 0 : 1;
            (last, least, most) = (limit, Math.Min(least, limit), Math.Max(most, limit));
        }
        return new Observation(completed / ((_nowMs - start) / 1000), least, most, limitArea / (_nowMs - start), changes);
    }

    private void Begin()
    {
        if (_running.Count < Servers)
            Serve();
        else
            _queued.Enqueue(0);
    }

    private void Serve()
    {
        double load = 1 + SeekPenalty * (_running.Count + _queued.Count);
        double takes = LatencyMs * load * (1 - Jitter - Jitter * Math.Log(1 - _random.NextDouble()));
        double begins = _nowMs;
        if (Iops > 0)
        {
            begins = Math.Max(begins, _earliestByIops);
            _earliestByIops = begins + 1000 / Iops;
        }
        double at = begins + Math.Max(1e-6, takes);
        _running.Enqueue(at, at);
    }
}

/// <summary>What a simulated device saw.</summary>
internal readonly record struct Observation(double PerSecond, int LeastLimit, int MostLimit, double MeanLimit, int Changes);
