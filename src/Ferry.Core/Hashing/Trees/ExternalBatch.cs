using System.Globalization;
using System.Text;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Hashing.Trees;

/// <summary>
/// Has the files of one directory hashed by a program. It gets them by way of the directory that is open here, so that it reads what was walked; what it
/// cannot do, or what changes while it reads, is left to the caller.
/// </summary>
internal sealed class ExternalBatch(CopyContext context, IExternalHasher hasher)
{
    /// <summary>Hashes files.</summary>
    /// <param name="node">Their directory.</param>
    /// <param name="entries">Which of its entries.</param>
    /// <param name="directory">It, open.</param>
    /// <param name="worker">For the accounts.</param>
    /// <returns>The digests of those that are as they were walked.</returns>
    public Dictionary<int, Digest> Hash(DirectoryNode node, IReadOnlyList<int> entries, int directory, EngineWorker worker)
    {
        var digests = new Dictionary<int, Digest>();
        int[] batch = [.. entries.Where(i => PathText.IsUtf8(node.NameOf(node.Entries[i])))];
        if (batch.Length == 0 || HashAll(node, batch, directory) is not { } found)
        {
            return digests;
        }

        for (var n = 0; n < batch.Length; n++)
        {
            var entry = node.Entries[batch[n]];
            if (Kernel.StatusOf(directory, node.TerminatedNameOf(entry), out var after) == 0 && after.IsSameVersionAs(entry.Status))
            {
                digests[batch[n]] = found[n];
                Account(entry.Status.Size, worker);
            }
        }

        return digests;
    }

    private IReadOnlyList<Digest>? HashAll(DirectoryNode node, int[] batch, int directory)
    {
        if (context.Options.PastPageCache)
        {
            foreach (var i in batch)
            {
                DropCache(directory, node.TerminatedNameOf(node.Entries[i]));
            }
        }

        var root = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{directory}/");
        return hasher.Hash([.. batch.Select(i => root + Encoding.UTF8.GetString(node.NameOf(node.Entries[i])))], context.Stopping.Token);
    }

    private static void DropCache(int directory, ReadOnlySpan<byte> name)
    {
        var fd = Kernel.Open(directory, name, Kernel.ReadFile);
        if (fd >= 0)
        {
            Kernel.DropCache(fd);
            Kernel.Close(fd);
        }
    }

    private void Account(long bytes, EngineWorker worker)
    {
        for (; bytes > 0; bytes -= int.MaxValue)
        {
            context.Account(worker, (int)Math.Min(bytes, int.MaxValue));
        }
    }
}
