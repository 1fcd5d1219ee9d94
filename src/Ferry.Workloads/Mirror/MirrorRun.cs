using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Core.Manifests.Bags;
using Ferry.Core.Walking;
using Ferry.Workloads.Mirror.Bags;
using Ferry.Workloads.Mirror.Remote;

namespace Ferry.Workloads.Mirror;

/// <summary>Does what a mirror is asked to do, step by step.</summary>
public sealed class MirrorRun
{
    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromDays(1);

    private readonly MirrorOptions _options;
    private readonly MirrorSession _session;
    private readonly MirrorPlaces _places;
    private readonly TreeReading _reading;
    private readonly List<EntryProblem> _problems = [];

    private MirrorRun(MirrorOptions options, MirrorSession session, MirrorPlaces places)
    {
        _options = options;
        _session = session;
        _places = places;
        _reading = new TreeReading(options, session, places);
    }

    /// <summary>Runs a mirror.</summary>
    /// <exception cref="IOException">Nothing could be done: the message says why.</exception>
    /// <exception cref="OperationCanceledException">Ended early; what arrived stays, and the same mirror goes on from there.</exception>
    public static MirrorReport Run(MirrorOptions options, MirrorSession session)
    {
        var start = session.Time.GetTimestamp();
        var started = session.Time.GetUtcNow();
        if (options.IsIdle)
        {
            IoPriority.BeIdle();
        }

        options = BagRules.Apply(options);
        var report = RemoteEnds.Of(options) is { } ends ? RemoteMirrorRun.Run(options, session, ends) : RunHere(options, session);
        return report with { Started = started, Elapsed = session.Time.GetElapsedTime(start) };
    }

    private static MirrorReport RunHere(MirrorOptions options, MirrorSession session)
    {
        if (options.Step == MirrorStep.MakeManifest)
        {
            // Whether it is there, or here, does not matter.
            options = options with { Target = null };
        }

        if (options is { IsBag: true, Step: MirrorStep.All } && BagSource.Refuse(options, session) is { } refused)
        {
            return refused;
        }

        using var places = MirrorPlaces.Open(options);
        using var held = IsOnlyPlanned(options) ? null : Lock(session, (places.Target ?? places.Source).RealPath);
        return new MirrorRun(options, session, places).Execute();
    }

    private static bool IsOnlyPlanned(MirrorOptions options) => options.DryRun && options.Step is (MirrorStep.All or MirrorStep.Copy);

    private MirrorReport Execute()
    {
        _session.Observer.Note("pace", _options.Step switch
        {
            MirrorStep.MakeManifest => Pace(_places.Source, null).Reason,
            MirrorStep.Verify => Pace(_places.Target ?? _places.Source, null).Reason,
            _ => Pace(_places.Source, _places.Target).Reason,
        });

        if (IsOnlyPlanned(_options))
        {
            return Finish(new MirrorReport { Copy = IsByRsync ? ByRsync(null).Plan() : Copier(_options.Algorithm ?? DigestAlgorithm.Blake3).Plan() });
        }

        return _options.Step switch
        {
            MirrorStep.MakeManifest => Finish(new MirrorReport { Manifest = MakeManifest() }),
            MirrorStep.Copy when IsByRsync => Finish(new MirrorReport { Copy = ByRsync(null).Run() }),
            MirrorStep.Copy => Finish(Copy(_options.Algorithm ?? DigestAlgorithm.Blake3)),
            MirrorStep.Verify when _options.IsBag => Finish(new MirrorReport { Verification = VerifyBag() }),
            MirrorStep.Verify => Finish(new MirrorReport { Verification = Verify(FoundManifest.Read(_options, _places, _session.Input)) }),
            _ => Finish(_options.IsBag ? MakeBag() : IsByRsync ? HashCopyAndVerify() : CopyAndVerify()),
        };
    }

    private MirrorManifest MakeManifest()
    {
        var algorithm = _options.Algorithm ?? DigestAlgorithm.Blake3;
        var step = new ManifestStep(_session, _options, Records(algorithm), algorithm);
        return step.Make(_places.Source, _reading.Of(_places.Source, algorithm, _options.Manifest), _problems);
    }

    private MirrorReport Copy(DigestAlgorithm algorithm)
    {
        var (copied, error) = Copier(algorithm).Run();
        return new MirrorReport { Copy = copied, Error = error };
    }

    private MirrorReport CopyAndVerify()
    {
        var algorithm = _options.Algorithm ?? DigestAlgorithm.Blake3;
        var report = Copy(algorithm);
        if (report.Error is not null)
        {
            return report;
        }

        var records = Records(algorithm);
        var record = records.OfPair(_places.Source.RealPath, _places.Target!.RealPath);
        if (HasFailures && !File.Exists(record))
        {
            // Not even the source's root could be listed.
            return report;
        }

        var step = new ManifestStep(_session, _options, records, algorithm);
        var written = step.Write(record, _places, isComplete: !HasFailures);
        var path = written.Paths.Count > 0 ? written.Paths[0] : records.StreamedManifest(_places.Target.RealPath);
        return report with { Manifest = written, Verification = Verify(FoundManifest.Read(path, written)) };
    }

    private MirrorReport MakeBag()
    {
        var bag = new BagStep(_session, _options, _places, PayloadPatterns, _reading.Limiters.For(_places.Source, _places.Target));
        if (bag.Begin() is { } reason)
        {
            return new MirrorReport { Error = reason };
        }

        var report = Copy(DigestAlgorithm.Sha256);
        if (report.Error is not null || HasFailures)
        {
            return report with { Error = report.Error ?? $"{_options.Bag} is no bag until all of it has arrived; the same command goes on from there" };
        }

        var written = bag.Finish(Records(DigestAlgorithm.Sha256).OfPair(_places.Source.RealPath, _places.Target!.RealPath));
        var found = VerifyBag();
        if (!found.IsGood)
        {
            bag.Withdraw();
        }

        return report with { Manifest = written, Verification = found };
    }

    private MirrorVerification VerifyBag()
    {
        var contents = BagReader.Read(Path.GetFullPath(_options.Bag));
        return FoundManifest.Of(contents, _options.Bag) is { } manifest
            ? MirrorBag.Add(contents, _options.Bag, Verify(manifest))
            : new MirrorVerification { Manifest = _options.Bag, Bag = new MirrorBag(contents.Problems) };
    }

    /// <summary>What rsync copies passes nobody who could hash it on the way.</summary>
    private MirrorReport HashCopyAndVerify()
    {
        var written = MakeManifest();
        var travels = _options.Manifest is null && !HasFailures;
        var copied = ByRsync(travels ? null : written.Algorithm).Run();
        var path = written.Paths.Count > 0 ? written.Paths[0] : Records(written.Algorithm).StreamedManifest(_places.Source.RealPath);
        return new MirrorReport { Copy = copied, Manifest = written, Verification = Verify(FoundManifest.Read(path, written)) };
    }

    private MirrorVerification Verify(FoundManifest manifest)
    {
        var target = _places.Target ?? _places.Source;
        var options = _reading.ForProof(target, manifest.Algorithm, manifest.Path);
        return new VerifyStep(_session, _options, _places, Records(manifest.Algorithm), distrusted => Copier(manifest.Algorithm, distrusted), _problems)
            .Run(manifest, options, _options.IsBag ? PayloadPatterns : options.Excludes);
    }

    private CopyStep Copier(DigestAlgorithm algorithm, PathSet? distrusted = null)
    {
        var manifest = _options.Step == MirrorStep.All ? _options.Manifest : null;
        DigestAlgorithm? own = _options.Step == MirrorStep.Copy || _options.IsBag ? null : algorithm;
        return new CopyStep(_session, _options, _places, Records(algorithm), _problems, new CopyOptions
        {
            Role = TargetRole.Mirror,
            Algorithm = algorithm,
            Limiter = _reading.Limiters.For(_places.Source, _places.Target),
            Excludes = MirrorPatterns.For(_options, own, _places, manifest),
            Distrusted = distrusted,
            InInodeOrder = Pace(_places.Source, _places.Target).InInodeOrder,
            ChecksEveryFile = true,
            CommitsWhatArrived = true,
            Rehashes = _options.Rehash,
            MaxFailures = _options.MaxErrors,
            Bandwidth = _reading.Bandwidth,
            OneWorkerPerFile = _reading.OneWorkerPerFile,
            RacyWindow = TransferLimiters.RacyWindow(_places.Source),
        });
    }

    private MirrorPace Pace(TreeRoot source, TreeRoot? target) => MirrorPace.Of(_options.Jobs, source, target);

    /// <summary>What of the source does not go into a bag; a bag itself is read whole.</summary>
    private IgnorePatterns PayloadPatterns => MirrorPatterns.For(_options, null, _places, null);

    private bool IsByRsync => _options.Engine == MirrorEngine.Rsync;

    /// <param name="own">Which manifests stay where they are; null for none.</param>
    private RsyncStep ByRsync(DigestAlgorithm? own)
    {
        var excludes = MirrorPatterns.For(_options, own, _places, _options.Step == MirrorStep.Copy ? null : _options.Manifest);
        var what = RsyncStep.OptionsOf(
            _options, MirrorEnd.Parse(_options.Source), MirrorEnd.Parse(_options.Target!), _session.Shell(), excludes);
        return new RsyncStep(_session, what, _places.Target, _problems);
    }

    private MirrorRecords Records(DigestAlgorithm algorithm) => new(_session.StateDirectory, algorithm);

    private bool HasFailures => _problems.Exists(static problem => problem.Kind == ProblemKind.Failure);

    private MirrorReport Finish(MirrorReport report) => report.EndedWith(_problems, _options);

    /// <summary>Waits until no other mirror works on a tree.</summary>
    internal static AdvisoryLock Lock(MirrorSession session, string tree)
    {
        Directory.CreateDirectory(session.StateDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = MirrorRecords.LockOf(session.StateDirectory, tree);
        return AdvisoryLock.Acquire(
            path, s_lockTimeout, session.Time, () => session.Observer.Note("waiting", "another mirror is working on the same tree"), session.Cancellation);
    }
}
