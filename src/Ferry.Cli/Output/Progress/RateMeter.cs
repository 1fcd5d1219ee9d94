namespace Ferry.Cli.Output;

/// <summary>How fast a counter grows: the mean over the last seconds, so that a number can be read before it changes.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(0.25);

    private readonly Queue<(long Timestamp, long Count)> _samples = [];
    private (long Timestamp, long Count) _last;

    /// <summary>Forgets everything: another counter is looked at from now on.</summary>
    public void Reset() => _samples.Clear();

    /// <summary>Takes the counter's value of this moment.</summary>
    /// <param name="count">Not less than the last one.</param>
    public void Add(long count)
    {
        _last = (time.GetTimestamp(), count);
        _samples.Enqueue(_last);
        // The window is bridged by one sample that is older, however seldom samples come.
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.ElementAt(1).Timestamp, _last.Timestamp) >= s_window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>Units per second; null while there is too little to tell.</summary>
    public double? PerSecond
    {
        get
        {
            if (!_samples.TryPeek(out var first))
            {
                return null;
            }

            var elapsed = time.GetElapsedTime(first.Timestamp, _last.Timestamp);
            return elapsed >= s_least ? (_last.Count - first.Count) / elapsed.TotalSeconds : null;
        }
    }
}
