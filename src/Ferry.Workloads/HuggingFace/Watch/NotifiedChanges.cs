using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Watch;

/// <summary>Is told of changes by the kernel: in the cache, and in the directories of each repository that matter.</summary>
internal sealed class NotifiedChanges : IChangeSource
{
    // How long a cancellation may go unnoticed.
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(250);

    private readonly string _directory;
    private readonly DirectoryWatch _watch;

    /// <summary>Begins.</summary>
    /// <param name="directory">The cache.</param>
    /// <exception cref="LinuxException">The kernel's limits do not allow it, or the cache cannot be read.</exception>
    public NotifiedChanges(string directory)
    {
        _directory = directory;
        _watch = DirectoryWatch.Open();
        try
        {
            AddAll();
        }
        catch
        {
            _watch.Dispose();
            throw;
        }
    }

    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation) => Task.Run(() => Wait(atMost, cancellation), cancellation);

    public void Dispose() => _watch.Dispose();

    private bool Wait(TimeSpan atMost, CancellationToken cancellation)
    {
        for (var left = atMost; left > TimeSpan.Zero; left -= s_step)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_watch.Wait(left < s_step ? left : s_step))
            {
                // A download writes thousands of times a second: the kernel keeps equal changes as one until they are asked for.
                cancellation.WaitHandle.WaitOne(s_step);
                AddAll();
                return true;
            }
        }

        return false;
    }

    /// <summary>Those that are watched stay so. What happened in a new one before is seen by whoever looks at the cache next.</summary>
    private void AddAll()
    {
        _watch.Add(_directory);
        using var hub = DirectoryHandle.Open(_directory);
        foreach (var name in hub.List(out _).Where(static name => RepoId.TryParseFolder(name, out _, out _)))
        {
            _watch.Add($"{_directory}/{name}");
            _watch.Add($"{_directory}/{name}/{HubLayout.Blobs}");
            AddTree(hub, $"{name}/{HubLayout.Refs}");
            AddTree(hub, $"{name}/{HubLayout.Snapshots}");
        }
    }

    private void AddTree(DirectoryHandle hub, string place)
    {
        DirectoryHandle? directory;
        try
        {
            directory = hub.TryOpen(place);
        }
        catch (LinuxException e) when (e.Errno is Errno.ELOOP or Errno.ENOTDIR or Errno.EACCES)
        {
            return;
        }

        using (directory)
        {
            if (directory is null)
            {
                return;
            }

            _watch.Add($"{_directory}/{place}");
            foreach (var name in directory.List(out _))
            {
                if (directory.StatusOf(name) is { Kind: EntryKind.Directory })
                {
                    AddTree(hub, $"{place}/{name}");
                }
            }
        }
    }
}
