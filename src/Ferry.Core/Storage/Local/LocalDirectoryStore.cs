using System.Runtime.CompilerServices;
using Ferry.Core.Concurrency;
using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>
/// A directory as a store, without a server: many nodes share it through NFS or a parallel file system. A key is a path beneath it; links are not followed, and
/// are no objects. Names are looked up through directories that are opened anew for each call: that is when a network file system asks its server.
/// </summary>
public sealed class LocalDirectoryStore : IObjectStore
{
    // A writer that has not written a byte for so long is gone, also where nodes' clocks differ.
    private static readonly TimeSpan s_stale = TimeSpan.FromDays(1);

    private const long ReadRangeBytes = 64 << 20;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly LocalFailures _failures;

    /// <summary>Makes a store of a directory, which need not exist before the first call.</summary>
    /// <param name="path">Absolute; links in it are followed.</param>
    /// <param name="cores">Cores of this process, 1 or more.</param>
    /// <param name="time">The clock.</param>
    public LocalDirectoryStore(string path, int cores, TimeProvider time)
    {
        _path = path;
        _time = time;
        _failures = new LocalFailures(path);
        Facts = Look(path, cores);
    }

    /// <inheritdoc/>
    public StoreFacts Facts { get; }

    /// <summary>How long whoever locks a directory is waited for. Names change without the lock after that, but for those under a condition.</summary>
    internal TimeSpan TurnLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) => Task.Run(() => Find(key), cancellation);

    /// <inheritdoc/>
    public Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation) =>
        Task.Run(() => Read(key, range, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation) =>
        Task.Run(() => Write(key, content, options, cancellation), cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var root = OpenRoot();
        var listing = new LocalListing(root, _failures, Timestamp.From(_time.GetUtcNow() - s_stale));
        if (DirectoryKey.Bytes(prefix) is not { } bytes)
        {
            yield break;
        }

        await Task.Run(() => listing.Begin(bytes), cancellation).ConfigureAwait(false);
        while (listing.Next() is { } found)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return found;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation) =>
        Task.Run<IReadOnlyList<FailedRemoval>>(() => Remove(keys, cancellation), cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ObjectInfo? Find(string key)
    {
        using var root = OpenRoot();
        if (DirectoryKey.TryParse(key) is not { } path || OpenParent(root, key, path) is not (>= 0 and var directory))
        {
            return null;
        }

        var result = Kernel.StatusOf(directory, path.Name, out var status);
        Kernel.Close(directory);
        return !IsMissing(result) && _failures.OrThrow(result, "statx", key) >= 0 && status.Kind == EntryKind.File ? LocalVersion.Describe(key, status) : null;
    }

    private ObjectReading Read(string key, ByteRange? range, CancellationToken cancellation)
    {
        using var root = OpenRoot();
        if (DirectoryKey.TryParse(key) is not { } path || OpenParent(root, key, path) is not (>= 0 and var directory))
        {
            throw Missing(key);
        }

        var fd = Kernel.Open(directory, path.Name, Kernel.ReadFile);
        Kernel.Close(directory);
        _failures.OrThrow(IsMissing(fd) ? throw Missing(key) : fd, "open", key);
        try
        {
            _failures.OrThrow(Kernel.StatusOf(fd, out var status), "statx", key);
            if (status.Kind != EntryKind.File)
            {
                throw Missing(key);
            }

            var wanted = Within(key, range, status.Size);
            return new ObjectReading(
                LocalVersion.Describe(key, status), wanted.Length, new LocalBody(fd, wanted, key, _failures, cancellation), owner: null);
        }
        catch
        {
            Kernel.Close(fd);
            throw;
        }
    }

    private ByteRange Within(string key, ByteRange? range, long size)
    {
        if (range is not { } wanted)
        {
            return new ByteRange(0, size);
        }

        return wanted.Offset >= 0 && wanted.Length > 0 && wanted.Offset < size
            ? wanted with { Length = Math.Min(wanted.Length, size - wanted.Offset) }
            : throw _failures.Because(StoreError.Invalid, key, $"no byte of the range {wanted.Offset}+{wanted.Length} lies within its {size} bytes");
    }

    private WriteOutcome Write(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation)
    {
        using var root = OpenRoot();
        var path = DirectoryKey.TryParse(key)
            ?? throw _failures.Because(StoreError.Invalid, key, "no key for a directory: parts of 1 to 255 bytes between slashes, none of them . or .. or one of Ferry's temporary names");
        return new LocalWriter(key, path, _failures, Facts.HasConditionalWrites ? TurnLimit : null).Write(root, content, options, cancellation);
    }

    private List<FailedRemoval> Remove(IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        using var root = OpenRoot();
        var failed = new List<FailedRemoval>();
        var emptied = new HashSet<byte[]>(PathComparer.Instance);
        foreach (var key in keys)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                if (DirectoryKey.TryParse(key) is { } path && RemoveOne(root, key, path, cancellation))
                {
                    emptied.Add(path.Directory);
                }
            }
            catch (StoreException e)
            {
                failed.Add(new FailedRemoval(key, e));
            }
        }

        foreach (var directory in emptied)
        {
            LocalDirectories.RemoveEmpty(root, directory);
        }

        return failed;
    }

    private bool RemoveOne(TreeRoot root, string key, DirectoryKey path, CancellationToken cancellation)
    {
        var directory = OpenParent(root, key, path);
        if (directory < 0)
        {
            return false;
        }

        try
        {
            using var turn = Facts.HasConditionalWrites ? NameTurn.Wait(directory, TurnLimit, cancellation) : default(NameTurn?);
            var result = Kernel.StatusOf(directory, path.Name, out var status);
            if (IsMissing(result) || (result == 0 && status.Kind != EntryKind.File))
            {
                return false;
            }

            result = result < 0 ? result : Kernel.Remove(directory, path.Name);
            return IsMissing(result) || _failures.OrThrow(result, "unlink", key) == 0;
        }
        finally
        {
            Kernel.Close(directory);
        }
    }

    private TreeRoot OpenRoot()
    {
        try
        {
            return TreeRoot.Open(_path);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            throw new StoreException(StoreError.NoStore, $"{_path}: there is no such directory; make it, or correct the URL", e);
        }
        catch (LinuxException e)
        {
            throw _failures.Of(-e.Errno, e.Operation, "");
        }
    }

    /// <summary>The directory that a key lies in: a descriptor, or a negative number where there is none.</summary>
    private int OpenParent(TreeRoot root, string key, DirectoryKey path)
    {
        var directory = LocalDirectories.Open(root, path.Directory);
        return IsMissing(directory) ? directory : _failures.OrThrow(directory, "open", key);
    }

    private StoreException Missing(string key) => _failures.Because(StoreError.NotFound, key, "there is no such object");

    private static bool IsMissing(int result) => result is -Errno.ENOENT or -Errno.ENOTDIR or -Errno.ELOOP;

    private static StoreFacts Look(string path, int cores)
    {
        try
        {
            var device = DeviceProfile.Of(PathText.ToTerminated(path));
            // Locks and names of a network file system are decided elsewhere, or by nobody.
            return new StoreFacts(path, device.LimiterOptions(cores).Start, HasConditionalWrites: !device.IsRemote, ReadRangeBytes);
        }
        catch (IOException)
        {
            return new StoreFacts(path, cores, HasConditionalWrites: false, ReadRangeBytes);
        }
    }
}
