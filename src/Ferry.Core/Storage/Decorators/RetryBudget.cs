namespace Ferry.Core.Storage;

/// <summary>The waits of one call: exponential, with full jitter, until the time is up. Not thread-safe.</summary>
/// <param name="options">How long.</param>
/// <param name="time">The clock and its timers.</param>
/// <param name="random">Numbers from 0 to 1, thread-safe.</param>
public sealed class RetryBudget(RetryOptions options, TimeProvider time, Func<double> random)
{
    private long _start = time.GetTimestamp();
    private int _failures;

    /// <summary>Something arrived: what fails from here on is a new trouble.</summary>
    public void Renew() => (_start, _failures) = (time.GetTimestamp(), 0);

    /// <summary>Waits before the next attempt.</summary>
    /// <param name="failure">Of the last attempt.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RemoteException">The failure, if it is not worth another attempt or the time is up.</exception>
    public async Task WaitAsync(RemoteException failure, CancellationToken cancellation)
    {
        if (!failure.IsWorthRetrying)
        {
            throw Final(failure);
        }

        var elapsed = time.GetElapsedTime(_start);
        var delay = NextDelay(failure.RetryAfter);
        _failures++;
        if (elapsed + delay > options.TotalTime)
        {
            throw Final(failure);
        }

        await Task.Delay(delay, time, cancellation).ConfigureAwait(false);
    }

    private TimeSpan NextDelay(TimeSpan? asked)
    {
        // Full jitter: many clients that failed at once do not come back at once. What the server asks for is the least.
        var longest = Math.Min(options.FirstDelay.TotalSeconds * Math.Pow(2, _failures), options.LongestDelay.TotalSeconds);
        var jitter = TimeSpan.FromSeconds(longest * random());
        return asked is { } least && least > TimeSpan.Zero ? least + jitter : jitter;
    }

    private RemoteException Final(RemoteException failure)
    {
        var attempts = failure.IsWorthRetrying ? _failures : _failures + 1;
        return attempts <= 1 ? failure : failure.WithMessage($"{failure.Message} (attempt {attempts}, after {time.GetElapsedTime(_start).TotalSeconds:0} s)");
    }
}
