namespace Ferry.Core.Concurrency;

/// <summary>What was seen of a device over one window of time at one limit.</summary>
/// <param name="CostPerSecond">Throughput: <see cref="WorkAmount.Cost"/> completed per second.</param>
/// <param name="Completed">Completions in the window, 1 or more: how far the throughput can be trusted.</param>
/// <param name="Elapsed">Length of the window.</param>
/// <param name="IsSaturated">Whether there was enough work to fill the slots; if not, the throughput says nothing of the limit.</param>
/// <param name="IsCpuBound">Whether this process used nearly all of its cores, so that more waiting threads cannot help.</param>
internal readonly record struct WindowSample(
    double CostPerSecond, long Completed, TimeSpan Elapsed, bool IsSaturated, bool IsCpuBound);
