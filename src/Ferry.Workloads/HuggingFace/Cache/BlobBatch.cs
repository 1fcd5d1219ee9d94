using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>Small contents that get their names together: one wait for the storage, not one for each. Thread-safe.</summary>
/// <param name="repo">Where they are.</param>
/// <param name="time">The clock.</param>
public sealed class BlobBatch(RepoWriter repo, TimeProvider time)
{
    // What a kill loses at most.
    private const int MaxBlobs = 1024;
    private const long MaxBytes = 256 << 20;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    private readonly Lock _turn = new();
    private List<(BlobName, string)> _blobs = [];
    private long _bytes;
    private long _since = time.GetTimestamp();

    /// <summary>Takes a content, all of which is written and checked.</summary>
    /// <param name="blob">Is closed.</param>
    /// <param name="bytes">Its size.</param>
    /// <exception cref="Core.Linux.LinuxException">The contents so far cannot get their names.</exception>
    public void Add(IncompleteBlob blob, long bytes)
    {
        var temporary = blob.Close();
        List<(BlobName, string)>? full = null;
        lock (_turn)
        {
            _blobs.Add((blob.Name, temporary));
            _bytes += bytes;
            if (_blobs.Count >= MaxBlobs || _bytes >= MaxBytes || time.GetElapsedTime(_since) >= s_longest)
            {
                full = Take();
            }
        }

        if (full is not null)
        {
            repo.Name(full);
        }
    }

    /// <summary>Gives all of them their names.</summary>
    /// <exception cref="Core.Linux.LinuxException">It cannot be done.</exception>
    public void Commit()
    {
        List<(BlobName, string)> rest;
        lock (_turn)
        {
            rest = Take();
        }

        if (rest.Count > 0)
        {
            repo.Name(rest);
        }
    }

    private List<(BlobName, string)> Take()
    {
        var taken = _blobs;
        (_blobs, _bytes, _since) = ([], 0, time.GetTimestamp());
        return taken;
    }
}
