using Ferry.Core.Concurrency;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Locking;

namespace Ferry.Workloads.HuggingFace.Watch;

/// <summary>Pushes what comes into a cache, when it has come to rest. One at a time for each cache.</summary>
/// <param name="options">How.</param>
/// <param name="push">Pushes the cache; false, or an exception, where not all of it arrived.</param>
/// <param name="observer">Is told how it goes.</param>
/// <param name="time">The clock.</param>
public sealed class HubWatch(WatchOptions options, Func<CancellationToken, Task<bool>> push, IWatchObserver observer, TimeProvider time)
{
    /// <summary>Watches, with a push to begin with, until it is cancelled.</summary>
    /// <exception cref="IOException">The cache cannot be read, or somebody else watches it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var turn = AdvisoryLock.Acquire(options.LockPath, TimeSpan.Zero, time, static () => { }, cancellation);
        if (turn.Outcome == LockOutcome.TimedOut)
        {
            throw new IOException($"{options.CacheDirectory}: another 'ferry hf watch' watches it (it holds {options.LockPath})");
        }

        var changes = Begin();
        try
        {
            while (true)
            {
                try
                {
                    await RunAsync(changes, cancellation).ConfigureAwait(false);
                }
                catch (LinuxException e) when (changes is NotifiedChanges && WhyNotTold(e) is { } reason)
                {
                    changes.Dispose();
                    changes = Poll(reason);
                }
            }
        }
        finally
        {
            changes.Dispose();
        }
    }

    private async Task RunAsync(IChangeSource changes, CancellationToken cancellation)
    {
        Digest? pushed = null;
        var pause = options.FirstPause;
        while (true)
        {
            while (await changes.WaitAsync(options.Debounce, cancellation).ConfigureAwait(false))
            {
                // Not at rest yet.
            }

            // What a push itself writes into a cache is nothing to push.
            var now = CacheFingerprint.Of(options.CacheDirectory, cancellation).Contents;
            if (now != pushed && !await TryPushAsync(pause, cancellation).ConfigureAwait(false))
            {
                await changes.WaitAsync(pause, cancellation).ConfigureAwait(false);
                pause = pause * 2 < options.LongestPause ? pause * 2 : options.LongestPause;
                continue;
            }

            (pushed, pause) = (now, options.FirstPause);
            while (!await changes.WaitAsync(options.PollInterval, cancellation).ConfigureAwait(false))
            {
                // Nothing new.
            }
        }
    }

    private async Task<bool> TryPushAsync(TimeSpan pause, CancellationToken cancellation)
    {
        observer.OnPush();
        string? reason = null;
        try
        {
            if (await push(cancellation).ConfigureAwait(false))
            {
                return true;
            }
        }
        catch (IOException e)
        {
            reason = e.Message;
        }

        observer.OnPushFailed(reason, pause);
        return false;
    }

    private IChangeSource Begin()
    {
        if (options.AlwaysPoll)
        {
            return Poll("as asked for");
        }

        if (DeviceProfile.Of(PathText.ToTerminated(options.CacheDirectory)).IsRemote)
        {
            return Poll("the cache is on a network file system, which does not tell of other machines' changes");
        }

        try
        {
            var changes = new NotifiedChanges(options.CacheDirectory);
            observer.OnWatching(null);
            return changes;
        }
        catch (LinuxException e) when (WhyNotTold(e) is { } reason)
        {
            return Poll(reason);
        }
    }

    private PolledChanges Poll(string reason)
    {
        observer.OnWatching(reason);
        return new PolledChanges(options.CacheDirectory, time);
    }

    private static string? WhyNotTold(LinuxException e) => e.Errno switch
    {
        Errno.ENOSPC => "there are as many watches as sysctl fs.inotify.max_user_watches allows",
        Errno.EMFILE => "there are as many watchers as sysctl fs.inotify.max_user_instances allows",
        _ => null,
    };
}
