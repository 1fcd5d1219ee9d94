using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>
/// Writes to the journal what scratch and source have in common now, in the buffer of the worker that pushes. A sync takes it over into the
/// manifest.
/// </summary>
internal sealed class PushRecorder(Timestamp racyFrom)
{
    /// <summary>Both sides have these contents.</summary>
    /// <param name="worker">Its buffer is written to.</param>
    /// <param name="item">The entry.</param>
    /// <param name="source">The source's status.</param>
    /// <param name="content">The digest, or the target of a link.</param>
    /// <param name="stagedTime">Modification time of the staged entry.</param>
    public void AddCommon(EngineWorker worker, PushItem item, in FileStatus source, ReadOnlySpan<byte> content, Timestamp stagedTime)
    {
        var flags = EntryFlags.Pushed
            | (source.Modified >= racyFrom ? EntryFlags.Racy : EntryFlags.None)
            | (source.Modified == stagedTime ? EntryFlags.None : EntryFlags.OwnTargetTime);
        ManifestEntry.Write(worker.Encoded, flags, item.Name, source, content, stagedTime);
    }

    /// <inheritdoc cref="AddCommon(EngineWorker, PushItem, in FileStatus, ReadOnlySpan{byte}, Timestamp)"/>
    public void AddCommon(EngineWorker worker, PushItem item, in FileStatus source, in Digest digest, Timestamp stagedTime)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        AddCommon(worker, item, source, bytes, stagedTime);
    }

    /// <summary>The staged entry was touched, and has the recorded contents still.</summary>
    public static void AddTouched(EngineWorker worker, PushItem item) =>
        ManifestEntry.WriteWithTargetTime(worker.Encoded, item.Prior, EntryFlags.None, item.Staged.Modified);

    /// <summary>
    /// The source's version is to take the staged one's place, which is safe elsewhere: as if the source had had it and changed since, so that
    /// the next sync replaces it.
    /// </summary>
    public static void AddSuperseded(EngineWorker worker, PushItem item, ReadOnlySpan<byte> content) =>
        ManifestEntry.Write(worker.Encoded, EntryFlags.Pushed, item.Name, item.Staged, content, default);
}
