using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Caches.Migration;

/// <summary>
/// Moves the persistent directory of a cache: copy, prove, switch the configuration, delete the old one. At every instant the configuration
/// names a complete directory, and the record tells the same command how to go on after a kill.
/// </summary>
public sealed class CacheMigration : IDisposable
{
    private readonly MigrationSession _session;
    private readonly MigrationFiles _files;
    private readonly AdvisoryLock? _lock;
    private long _start;
    private MigrationRecord _record;

    private CacheMigration(MigrationSession session, MigrationFiles files, AdvisoryLock? held, MigrationRecord record, bool isContinued)
    {
        (_session, _files, _lock, _record, IsContinued) = (session, files, held, record, isContinued);
    }

    /// <summary>The directory that is moved, its links resolved.</summary>
    public string From => _record.From;

    /// <summary>Where it is moved.</summary>
    public string To => _record.To;

    /// <summary>It was begun before and is not over.</summary>
    public bool IsContinued { get; }

    /// <summary>It lies there already, and nothing is left to do: as when a command was killed in its last instant.</summary>
    public bool IsDone => !IsContinued && To == _session.Cache.Source;

    /// <summary>The configuration names the new directory already.</summary>
    public bool IsSwitched => CachePath.Same(_session.Cache.Source, To, PathFacts.RealPath);

    /// <summary>Only the old directory is left to be deleted.</summary>
    public bool IsCopied => _record.Phase == MigrationPhase.Deleting;

    /// <summary>What a path in the old directory is called in the new one; null for a path elsewhere.</summary>
    public string? NewNameOf(string path)
    {
        var normal = CachePath.Normalize(path, PathFacts.RealPath);
        return CachePath.Contains(From, normal) ? To + normal[From.Length..]
            : CachePath.Contains(_record.Source, normal) ? To + normal[_record.Source.Length..]
            : null;
    }

    /// <summary>Where a migration goes that was begun and is not over; null when there is none.</summary>
    /// <exception cref="IOException">Its record cannot be read.</exception>
    public static string? Destination(MigrationSession session) =>
        MigrationRecord.TryRead(new MigrationFiles(session.StateDirectory, session.Cache.Name).Record)?.To;

    /// <summary>Checks what is asked for and takes the lock. Nothing is changed but in ferry's own state.</summary>
    /// <param name="session">What it works with.</param>
    /// <param name="to">The new directory; null to go on with a migration that was begun.</param>
    /// <param name="isDryRun">Nothing will be run.</param>
    /// <exception cref="MigrationRefusedException">It cannot be done like this.</exception>
    /// <exception cref="IOException">The state directory cannot be used.</exception>
    public static CacheMigration Begin(MigrationSession session, string? to, bool isDryRun)
    {
        var files = new MigrationFiles(session.StateDirectory, session.Cache.Name);
        var held = isDryRun ? null : Lock(session, files);
        try
        {
            var clean = to is null ? null : MigrationPlaces.Clean(to);
            var former = MigrationRecord.TryRead(files.Record);
            if (former is not null)
            {
                CheckFormer(session, files, former, clean);
            }
            else if (!isDryRun)
            {
                // Without a record they are of a migration that is over.
                files.RemoveManifests();
            }

            return new CacheMigration(session, files, held, former ?? NewRecord(session, clean), former is not null);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>What is to be copied, and what is lacking for it: null when there is room.</summary>
    /// <exception cref="LinuxException">The old directory cannot be read.</exception>
    public (TreeTotals Totals, PlannedWork Work, string? Lacking) Plan()
    {
        using var source = TreeRoot.Open(From);
        using var target = Directory.Exists(To) ? TreeRoot.Open(To) : null;
        var manifest = IsContinued ? _files.Manifest : _files.Manifest + ".none";
        using var plan = TreePlanner.Make(source, target, manifest, _session.CopyOptions(source, target, deletes: false), _session.Now, _session.Cancellation);
        return (plan.Totals, plan.Work, new SpaceCheck().Claim(plan, target is null ? Path.GetDirectoryName(To)! : To));
    }

    /// <summary>Does what is left to do.</summary>
    /// <param name="deletes">Delete the old directory.</param>
    /// <param name="leavesLink">Leave a link to the new directory in its place.</param>
    /// <param name="switchSource">Makes the configuration name the new directory, lasting when it returns.</param>
    /// <param name="proven">Called when the new directory is in force and proven, before anything is deleted: for the history.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the same command goes on.</exception>
    public MigrationReport Run(bool deletes, bool leavesLink, Action switchSource, Action<MigrationReport> proven)
    {
        _start = _session.Time.GetTimestamp();
        _session.Observer.Started(_session.Cache, _session.Progress);
        try
        {
            var report = IsCopied ? new MigrationReport { Outcome = MigrationOutcome.Migrated } : CopyAndSwitch(switchSource);
            if (report.Outcome == MigrationOutcome.Migrated)
            {
                if (!IsCopied)
                {
                    (_record = _record with { Phase = MigrationPhase.Deleting }).Write(_files.Record);
                    proven(report with { Elapsed = Elapsed });
                }

                report = deletes ? Delete(report, leavesLink) : report;
            }

            if (report.Outcome == MigrationOutcome.Migrated)
            {
                AtomicFile.Remove(_files.Record);
                _files.RemoveManifests();
            }

            return report with { Elapsed = Elapsed };
        }
        finally
        {
            _session.Progress.Phase = TransferPhase.Finished;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    private TimeSpan Elapsed => _session.Time.GetElapsedTime(_start);

    private static AdvisoryLock Lock(MigrationSession session, MigrationFiles files)
    {
        files.EnsureDirectory();
        var held = AdvisoryLock.Acquire(
            files.Lock, session.Transfer.LockTimeout, session.Time, () => session.Observer.Waiting(session.Cache), session.Cancellation);
        if (held.Outcome != LockOutcome.TimedOut)
        {
            return held;
        }

        held.Dispose();
        throw new MigrationRefusedException($"another process is moving {session.Cache.Name}");
    }

    private static MigrationRecord NewRecord(MigrationSession session, string? to)
    {
        var from = MigrationPlaces.ResolveSource(session.Cache.Source);
        _ = to ?? throw new MigrationRefusedException("--to is missing: the new directory");
        if (to != session.Cache.Source)
        {
            MigrationPlaces.Check(from, to, session.CacheRootPath);
        }

        return new MigrationRecord(from, to, session.Cache.Source, PathFacts.Of(from)!.Value.Inode, MigrationPhase.Copying);
    }

    private static void CheckFormer(MigrationSession session, MigrationFiles files, MigrationRecord former, string? to)
    {
        var source = session.Cache.Source;
        var isSwitched = CachePath.Same(source, former.To, PathFacts.RealPath);
        if (to is not null && !CachePath.Same(to, former.To, PathFacts.RealPath))
        {
            throw new MigrationRefusedException(
                $"a move to {former.To} was begun and is not finished; pass --to {former.To} to finish it"
                + (former.Phase == MigrationPhase.Copying ? $", or remove that directory and {files.Record} to give it up" : ""));
        }

        if (!isSwitched && (source != former.Source || former.Phase == MigrationPhase.Deleting))
        {
            throw new MigrationRefusedException(
                $"it was moved from {former.Source} to {former.To}, but the configuration says {source}; set it to {former.To} and run this again, "
                + $"or remove {files.Record} to leave everything as it is");
        }

        if (former.Phase == MigrationPhase.Copying && PathFacts.Of(MigrationPlaces.ResolveSource(former.From))!.Value.Inode != former.Inode)
        {
            throw new MigrationRefusedException(
                $"{former.From} is not the directory that the move began with (is it mounted?); remove {files.Record} to begin anew");
        }
    }

    private MigrationReport CopyAndSwitch(Action switchSource)
    {
        if (!IsContinued)
        {
            _record.Write(_files.Record);
        }

        if (!Directory.Exists(To))
        {
            // Private until it is finished and gets the old one's mode.
            PrivateDirectory.EnsureWithin(Path.GetDirectoryName(To)!, Path.GetFileName(To));
        }

        var isInForce = IsSwitched;
        var report = new MigrationCopy(_session, _files.Manifest, isInForce).Run(From, To);
        if (report.Outcome == MigrationOutcome.Migrated && !isInForce)
        {
            switchSource();
        }

        return report;
    }

    private MigrationReport Delete(MigrationReport report, bool leavesLink)
    {
        if (Directory.Exists(From) && !IsLinkToNew)
        {
            using var syncs = WaitForSyncs();
            if (syncs is { Outcome: LockOutcome.TimedOut })
            {
                var problem = new EntryProblem(ProblemKind.Failure, From, "is still read by a sync that began before: kept");
                return report with { Outcome = MigrationOutcome.Kept, Problems = [.. report.Problems, problem] };
            }

            using var source = TreeRoot.Open(From);
            using var manifest = ManifestFile.Open(_files.Manifest) ?? throw new ManifestException(_files.Manifest, "is gone; delete the old directory by hand");
            var removal = CopiedTreeRemover.Run(manifest, source, _session.Limiters.For(source, null), _session.Cancellation);
            report = report with { Totals = manifest.Totals, Removed = removal.Removed };
            if (removal.Kept.Count > 0)
            {
                return report with { Outcome = MigrationOutcome.Kept, Problems = [.. report.Problems, .. removal.Kept] };
            }
        }

        if (leavesLink && !IsLinkToNew)
        {
            File.CreateSymbolicLink(From, To);
        }

        return report;
    }

    /// <summary>
    /// A sync that read the configuration before the switch would see files vanish, and take that for news. One that begins later finds the
    /// new directory. Null where nothing is staged.
    /// </summary>
    private AdvisoryLock? WaitForSyncs() => !Directory.Exists(_session.CacheRootPath)
        ? null
        : AdvisoryLock.Acquire(
            Path.Join(_session.CacheRootPath, $".{_session.Cache.Name}.lock"), _session.Transfer.LockTimeout, _session.Time,
            () => _session.Observer.Waiting(_session.Cache), _session.Cancellation);

    private bool IsLinkToNew => new FileInfo(From).LinkTarget == To;
}
