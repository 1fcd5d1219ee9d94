using System.Buffers;
using System.Collections.Concurrent;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Verify;

/// <summary>Reads contents of a cache and compares them with their names.</summary>
/// <param name="directory">The cache.</param>
/// <param name="workers">Contents at a time, 1 or more.</param>
/// <param name="progress">Counts the bytes that were read.</param>
internal sealed class BlobCheck(string directory, int workers, TransferProgress progress)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Reads contents, each once, whatever number of repositories share it under the same name.</summary>
    /// <param name="blobs">Those without a name are passed over.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Those that are not what their names say, and why: half a sentence.</returns>
    /// <exception cref="LinuxException">The cache cannot be opened.</exception>
    public IReadOnlyDictionary<CachedBlob, string> FindWrong(IEnumerable<CachedBlob> blobs, CancellationToken cancellation)
    {
        var named = blobs.Where(static blob => blob.Name is not null).GroupBy(static blob => (blob.Content, blob.Name!.Value)).ToList();
        // The largest last would be waited for alone.
        named.Sort(static (one, other) => other.First().Bytes.CompareTo(one.First().Bytes));
        progress.TotalToVerify += named.Sum(static same => same.First().Bytes);
        var wrong = new ConcurrentDictionary<CachedBlob, string>();
        using var hub = DirectoryHandle.Open(directory);
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
        Parallel.ForEach(named, options, same =>
        {
            if (WhyWrong(hub, same.First(), same.Key.Value, cancellation) is { } reason)
            {
                foreach (var blob in same)
                {
                    wrong[blob] = reason;
                }
            }
        });
        return wrong;
    }

    private string? WhyWrong(DirectoryHandle hub, CachedBlob blob, BlobName name, CancellationToken cancellation)
    {
        try
        {
            var slash = blob.Path.LastIndexOf('/');
            using var folder = hub.TryOpen(blob.Path[..slash]);
            using var file = folder?.TryOpenFile(blob.Path[(slash + 1)..]);
            return file is null ? "is gone meanwhile"
                : IsRight(file, name, blob.Bytes, cancellation) ? null
                : "has other bytes than its name says";
        }
        catch (IOException e)
        {
            return $"cannot be read: {(e is LinuxException failure ? Errno.Describe(failure.Errno) : e.Message)}";
        }
    }

    private bool IsRight(Microsoft.Win32.SafeHandles.SafeFileHandle file, BlobName name, long bytes, CancellationToken cancellation)
    {
        var hasher = new BlobHasher(name, bytes);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(bytes, 4096, BufferBytes));
        try
        {
            int read;
            while ((read = RandomAccess.Read(file, buffer, hasher.Length)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                hasher.Append(buffer.AsSpan(0, read));
                progress.AddVerified(read);
            }

            return hasher.Finish(out _);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
