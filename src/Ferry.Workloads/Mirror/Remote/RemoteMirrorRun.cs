using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Progress;
using Ferry.Core.Walking;
using Ferry.Workloads.Mirror.Receipts;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>A mirror with one end on another machine: rsync copies, each machine hashes its own files, and what is expected is compared with them here.</summary>
internal sealed class RemoteMirrorRun
{
    private readonly MirrorOptions _options;
    private readonly MirrorSession _session;
    private readonly RemoteEnds _ends;
    private readonly MirrorPlaces? _local;
    private readonly RemoteShell _shell;
    private readonly RemoteTree _tree;
    private readonly RemoteTools _tools;
    private readonly TreeReading _reading;
    private readonly List<EntryProblem> _problems = [];

    private RemoteMirrorRun(
        MirrorOptions options, MirrorSession session, RemoteEnds ends, MirrorPlaces? local, RemoteShell shell, RemoteTree tree, RemoteTools tools)
    {
        (_options, _session, _ends, _local, _shell, _tree, _tools) = (options, session, ends, local, shell, tree, tools);
        _reading = new TreeReading(options, session, local);
    }

    /// <summary>Does what is asked for.</summary>
    /// <exception cref="IOException">Nothing could be done: the message says why.</exception>
    public static MirrorReport Run(MirrorOptions options, MirrorSession session, RemoteEnds ends)
    {
        ends.Refuse(options);
        var shell = session.Shell();
        var tree = new RemoteTree(session.Processes, shell, ends.Remote);

        // Nothing is made on either machine before the source was seen.
        using var source = ends.OpenSource();
        var isWritten = ends.WritesThere(options);
        var tools = tree.Ask(makesDirectory: isWritten && !options.DryRun, session.Cancellation);
        if (!tools.HasDirectory && !isWritten)
        {
            throw new RemoteException($"{ends.Remote}: is no directory there");
        }

        using var target = ends.OpenTarget(options);
        using var held = options.DryRun ? null : MirrorRun.Lock(session, target?.Source.RealPath ?? ends.Verified.Text);
        var run = new RemoteMirrorRun(options, session, ends, source ?? target, shell, tree, tools);
        return run.Execute().EndedWith(run._problems, options);
    }

    private MirrorReport Execute() => _options switch
    {
        { DryRun: true, Step: not MirrorStep.Verify } => new MirrorReport { Copy = Copier(null).Plan() },
        { Step: MirrorStep.Copy } => new MirrorReport { Copy = Copier(null).Run() },
        { Step: MirrorStep.Verify } => new MirrorReport { Verification = VerifyAndRepair(FoundManifest.Read(_options, _local, _session.Input)) },
        _ => CopyAndVerify(_options.Algorithm ?? _tools.PreferredAlgorithm ?? DigestAlgorithm.Blake3),
    };

    private MirrorReport CopyAndVerify(DigestAlgorithm algorithm)
    {
        // Known before anything is copied.
        _tree.RequireHash(_tools, algorithm);
        var records = new MirrorRecords(_session.StateDirectory, algorithm);
        var streamed = records.StreamedManifest(_local!.Source.RealPath);
        MirrorCopy copied;
        MirrorManifest written;
        if (_ends.Source.IsRemote)
        {
            copied = Copier(algorithm).Run();
            written = Write(algorithm, streamed);
        }
        else
        {
            written = new ManifestStep(_session, _options, records, algorithm).Make(_local.Source, _reading.Of(_local.Source, algorithm, _options.Manifest), _problems);
            copied = Copier(Travels ? null : algorithm).Run();
        }

        var found = VerifyAndRepair(FoundManifest.Read(written.Paths.Count > 0 ? written.Paths[0] : streamed, written));
        return new MirrorReport { Copy = copied, Verification = found, Manifest = _ends.Source.IsRemote ? written with { Bytes = found.Bytes } : written };
    }

    /// <summary>Whether the manifest lies in the source and goes the way of all files.</summary>
    private bool Travels => _options.Manifest is null && !_problems.Exists(static problem => problem.Kind == ProblemKind.Failure);

    /// <summary>Writes the manifest of the source, which is hashed there, into the target or where the options say.</summary>
    private MirrorManifest Write(DigestAlgorithm algorithm, string streamed)
    {
        var start = _session.Time.GetTimestamp();
        var (sums, isComplete) = new RemoteManifest(_session, _tree, _ends.Source, _problems).Make(_tools, algorithm, LinesFor(algorithm));
        var path = _options.Manifest ?? Path.Join(_local!.Source.Path, ManifestName.Of(algorithm));
        var isStream = path == ManifestName.Stream;
        if (isStream)
        {
            _ = SumWriter.Write(sums, _session.Output);
        }

        var file = isStream ? streamed : isComplete ? path : ManifestName.OfIncomplete(path);
        var totals = SumWriter.WriteFile(sums, file);
        if (!isStream && isComplete)
        {
            AtomicFile.Remove(ManifestName.OfIncomplete(path));
        }

        return new MirrorManifest(
            algorithm, isStream ? [] : [file], totals.Files, 0, totals.Digest.ToHex(), totals.Files, 0, _session.Time.GetElapsedTime(start));
    }

    private MirrorVerification VerifyAndRepair(FoundManifest manifest)
    {
        var found = VerifyOnce(manifest);
        if (!_options.Repair || found.Changed.Count + found.Missing.Count + found.Unread.Count == 0)
        {
            return found;
        }

        _ = Copier(manifest.Algorithm).Run(comparesContents: true);
        return found.After(VerifyOnce(manifest));
    }

    private MirrorVerification VerifyOnce(FoundManifest manifest) => _ends.Verified.IsRemote ? VerifyThere(manifest) : VerifyHere(manifest);

    private MirrorVerification VerifyHere(FoundManifest manifest)
    {
        var hashing = _reading.ForProof(_local!.Source, manifest.Algorithm, manifest.Path);
        var records = new MirrorRecords(_session.StateDirectory, manifest.Algorithm);
        return new VerifyStep(_session, _options with { Repair = false }, _local, records, null, _problems).Run(manifest, hashing, null);
    }

    private MirrorVerification VerifyThere(FoundManifest manifest)
    {
        var start = _session.Time.GetTimestamp();
        _session.Observer.Note("remote", $"{_ends.Remote.Place} hashes its files with {_tools.HasherFor(manifest.Algorithm)}");
        var found = _session.During("verify", TransferPhase.Copying, progress => RemoteCheck.Run(
            manifest.Sums, manifest.Algorithm, _tree, _tools, LinesFor(manifest.Algorithm, manifest.Path), progress, _session.Cancellation));
        _problems.AddRange(found.Problems);
        return new MirrorVerification
        {
            Manifest = manifest.Path,
            Host = _ends.Remote.Place,
            Listed = manifest.Sums.Count,
            Good = found.Ok,
            Changed = [.. found.Changed.Select(static path => new WrongFile(path, [], false, null))],
            Missing = found.Missing,
            Extra = found.Extra,
            Unread = found.Unread,
            WrongReceipt = MirrorReceipt.WhyWrong(_options, manifest),
            IsOtherAlgorithm = manifest.IsGuess && found.Ok == 0 && found.Changed.Count > 0,
            Elapsed = _session.Time.GetElapsedTime(start),
        };
    }

    private List<string> LinesFor(DigestAlgorithm algorithm, string? manifest = null) =>
        MirrorPatterns.LinesFor(_options, algorithm, _local, manifest ?? _options.Manifest);

    /// <param name="own">Which manifests stay where they are; null for none.</param>
    private RsyncStep Copier(DigestAlgorithm? own)
    {
        var manifest = _options.Step == MirrorStep.Copy ? null : _options.Manifest;
        var excludes = MirrorPatterns.For(_options, own, _local, manifest);
        return new RsyncStep(
            _session, RsyncStep.OptionsOf(_options, _ends.Source, _ends.Target!, _shell, excludes), _ends.Target!.IsRemote ? null : _local?.Source, _problems);
    }
}
