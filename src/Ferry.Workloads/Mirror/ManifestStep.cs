using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Hashing.Trees;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror;

/// <summary>Writes the manifest of a tree.</summary>
internal sealed class ManifestStep(MirrorSession session, MirrorOptions options, MirrorRecords records, DigestAlgorithm algorithm)
{
    // A manifest takes seconds to write: what is older was left by a run that was killed.
    private static readonly TimeSpan s_leftoverAge = TimeSpan.FromMinutes(1);

    /// <summary>Hashes a tree and writes its manifest, in the tree or where the options say.</summary>
    public MirrorManifest Make(TreeRoot root, CopyOptions hashing, List<EntryProblem> problems)
    {
        var start = session.Time.GetTimestamp();
        var record = records.OfTree(root.RealPath);
        var hashed = session.During("hash", TransferPhase.Copying, progress =>
            TreeHasher.Run(root, record, hashing, session.Now, null, progress, session.Cancellation));
        problems.AddRange(hashed.Problems);
        if (hashed.HadTooManyFailures)
        {
            throw new IOException($"more than {options.MaxErrors:N0} files could not be read; no manifest was written");
        }

        var elapsed = session.Time.GetElapsedTime(start);
        if (!hashed.IsComplete && !File.Exists(record))
        {
            throw new IOException(hashed.Problems.First(static problem => problem.Kind == ProblemKind.Failure).Message);
        }

        using var manifest = Open(record);
        if (options is { Manifest: ManifestName.Stream, Step: MirrorStep.All })
        {
            _ = SumWriter.WriteFile(manifest, records.StreamedManifest(root.RealPath));
        }

        return Write(manifest, root, hashed.IsComplete) with { HashedFiles = hashed.Files, HashedBytes = hashed.Bytes, Elapsed = elapsed };
    }

    /// <summary>Writes the manifest of what was copied, in both trees or where the options say.</summary>
    /// <param name="record">The copy's record.</param>
    /// <param name="places">Both trees.</param>
    /// <param name="isComplete">Whether everything arrived.</param>
    public MirrorManifest Write(string record, MirrorPlaces places, bool isComplete)
    {
        using var manifest = Open(record);
        if (options.Manifest == ManifestName.Stream)
        {
            _ = SumWriter.WriteFile(manifest, records.StreamedManifest(places.Target!.RealPath));
        }

        if (options.Manifest is not null || !isComplete)
        {
            return Write(manifest, places.Target!, isComplete);
        }

        var written = Write(manifest, places.Target!, isComplete);
        RemoveLeftovers(places.Target!);
        return written with { Paths = [.. written.Paths, .. WriteToSource(manifest, places.Source)] };
    }

    /// <summary>
    /// Writes the manifest of a tree. One of what could be read must not be taken for one of everything: it has another name. A pipe's reader has the exit code.
    /// </summary>
    private MirrorManifest Write(ManifestFile manifest, TreeRoot root, bool isComplete)
    {
        var path = options.Manifest ?? Path.Join(root.Path, ManifestName.Of(algorithm));
        if (path == ManifestName.Stream)
        {
            return Report([], SumWriter.Write(manifest, session.Output));
        }

        var incomplete = ManifestName.OfIncomplete(path);
        if (!isComplete)
        {
            return Report([incomplete], SumWriter.WriteFile(manifest, incomplete));
        }

        var totals = SumWriter.WriteFile(manifest, path);
        AtomicFile.Remove(incomplete);
        return Report([path], totals);
    }

    private List<string> WriteToSource(ManifestFile manifest, TreeRoot source)
    {
        try
        {
            var written = Write(manifest, source, isComplete: true);
            RemoveLeftovers(source);
            return [.. written.Paths];
        }
        catch (LinuxException e) when (e.Errno is Errno.EACCES or Errno.EPERM or Errno.EROFS or Errno.ENOSPC or Errno.EDQUOT)
        {
            session.Observer.Note("manifest", $"none in the source: {e.Message}");
            return [];
        }
    }

    private MirrorManifest Report(IReadOnlyList<string> paths, SumTotals totals) =>
        new(algorithm, paths, totals.Files, totals.Bytes, totals.Digest.ToHex(), 0, 0, TimeSpan.Zero);

    private void RemoveLeftovers(TreeRoot root) => AtomicFile.RemoveLeftovers(root.RealPath, session.Time.GetUtcNow() - s_leftoverAge);

    private static ManifestFile Open(string record) =>
        ManifestFile.Open(record) ?? throw new IOException($"{record}: was removed while it was needed; run it again");
}
