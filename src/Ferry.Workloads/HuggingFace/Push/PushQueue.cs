using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push.Blobs;
using Ferry.Workloads.HuggingFace.Push.Revisions;

namespace Ferry.Workloads.HuggingFace.Push;

/// <summary>What is to be done, in order.</summary>
/// <param name="Ready">Repositories whose contents the bucket has: only manifests and refs are due.</param>
/// <param name="Blobs">
/// The other contents. Repository by repository, so that what is done is of use when it is ended before; the largest first, so that none is left alone at the end; the small ones of a
/// repository in any order, so that processes that push the same send different ones.
/// </param>
internal sealed record PushQueue(IReadOnlyList<RepoPush> Ready, IReadOnlyList<BlobPush> Blobs)
{
    private const long ShuffledBytes = 16 << 20;

    /// <summary>Finds out what is due, and settles what the bucket has.</summary>
    /// <param name="repos">The repositories.</param>
    /// <param name="blobs">Their contents.</param>
    /// <param name="known">Those of the bucket.</param>
    /// <param name="isMarked">Whether a collection has seen that nothing refers to a content.</param>
    /// <param name="verifies">Whether what the bucket has is read.</param>
    /// <param name="tally">Counts what is there.</param>
    public static PushQueue Of(
        IReadOnlyList<RepoPush> repos, IReadOnlyCollection<BlobPush> blobs, KnownBlobs known, Func<BlobName, bool> isMarked, bool verifies, PushTally tally)
    {
        var pending = new Dictionary<RepoPush, List<BlobPush>>();
        var bytes = 0L;
        var count = 0;
        var toVerify = 0L;
        foreach (var blob in blobs)
        {
            var isThere = IsThere(blob, known);
            blob.IsMarked = isThere && isMarked(blob.Name);
            blob.IsToVerify = isThere && !blob.IsMarked && verifies;
            if (isThere && !blob.IsMarked && !blob.IsToVerify)
            {
                blob.State = BlobState.Present;
                tally.Settled(blob, blob.Sources[0].Path);
                continue;
            }

            toVerify += blob.IsToVerify ? blob.Bytes : 0;
            bytes += blob.Bytes;
            count++;
            foreach (var repo in blob.Users)
            {
                if (!pending.TryGetValue(repo, out var list))
                {
                    pending[repo] = list = [];
                }

                list.Add(blob);
            }
        }

        (tally.Progress.TotalFiles, tally.Progress.TotalBytes, tally.Progress.TotalToVerify) = (count, bytes, toVerify);
        return new PushQueue([.. repos.Where(repo => !pending.ContainsKey(repo))], [.. InOrder(pending)]);
    }

    private static bool IsThere(BlobPush blob, KnownBlobs known)
    {
        if (known.SizeOf(blob.Name) is not { } there)
        {
            return false;
        }

        blob.IsRepair = !blob.Sources.Exists(source => source.Bytes == there);
        blob.Bytes = blob.IsRepair ? blob.Bytes : there;
        return !blob.IsRepair;
    }

    private static IEnumerable<BlobPush> InOrder(Dictionary<RepoPush, List<BlobPush>> pending)
    {
        var seen = new HashSet<BlobPush>();
        foreach (var (repo, blobs) in pending.OrderByDescending(static each => each.Value.Max(static blob => blob.Bytes)))
        {
            repo.Await(blobs.Count);
            var order = blobs.ToArray();
            Random.Shared.Shuffle(order);
            foreach (var blob in order.OrderByDescending(static blob => blob.Bytes < ShuffledBytes ? 0 : blob.Bytes).Where(seen.Add))
            {
                yield return blob;
            }
        }
    }
}
