using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>How the copy of one file ended.</summary>
internal enum CopyOutcome
{
    Copied,
    Vanished,
    Failed,
}

/// <summary>
/// Copies one file: read, hash and write in one pass to a temporary name beside the final one, then mode, owner, attributes and times, then
/// rename. The source is asked before and after whether it changed meanwhile. What a new file gets of its source, and what it may take the
/// place of, is for the derived classes to say. Thread-safe.
/// </summary>
internal abstract class FileCopier(CopyContext context)
{
    /// <inheritdoc cref="SourceFiles.Attempts"/>
    public const int Attempts = SourceFiles.Attempts;

    private const ushort OrdinaryBits = 0x1FF;
    private const ushort OwnerWrite = 0x80;

    private readonly SourceFiles _sources = new(context);

    /// <summary>Copies the file.</summary>
    /// <param name="pair">Its directories.</param>
    /// <param name="name">Its name, terminated.</param>
    /// <param name="landing">What it may take the place of.</param>
    /// <param name="worker">Buffers.</param>
    /// <param name="status">The walk's status; becomes the status that the copied contents belong to.</param>
    /// <param name="digest">Digest of the contents.</param>
    public CopyOutcome Copy(
        in DirectoryPair pair, ReadOnlySpan<byte> name, Landing landing, EngineWorker worker, ref FileStatus status, out Digest digest)
    {
        digest = default;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var source = Kernel.Open(pair.Source, name, Kernel.ReadFile);
            if (source < 0)
            {
                return ReportRead(name, "open", -source, worker);
            }

            try
            {
                var outcome = TryOnce(new Attempt(pair, name, source, worker, landing), ref status, out digest);
                if (outcome is { } final)
                {
                    return final;
                }
            }
            finally
            {
                Kernel.Close(source);
            }
        }

        return ReportChanging(name, worker);
    }

    /// <inheritdoc cref="SourceFiles.ReportChanging"/>
    public CopyOutcome ReportChanging(ReadOnlySpan<byte> name, EngineWorker worker) => _sources.ReportChanging(name, worker);

    /// <summary>Makes the file that will take the place of the target's.</summary>
    public NewFile Create(in DirectoryPair pair, in FileStatus status, byte[] nameBuffer) =>
        NewFile.Create(context, pair.Target, PermissionsWhileWritten(status), nameBuffer);

    /// <summary>The mode of a file until it is whole: its own, without special bits, and writable.</summary>
    public static uint PermissionsWhileWritten(in FileStatus status) =>
        (uint)((status.Permissions & OrdinaryBits) | (NeedsWritePermission(status) ? OwnerWrite : 0));

    /// <summary>One attempt's constants.</summary>
    public readonly ref struct Attempt(DirectoryPair pair, ReadOnlySpan<byte> name, int source, EngineWorker worker, Landing landing)
    {
        public readonly DirectoryPair Pair = pair;
        public readonly ReadOnlySpan<byte> Name = name;
        public readonly int Source = source;
        public readonly EngineWorker Worker = worker;
        public readonly Landing Landing = landing;
    }

    /// <summary>Null when the file is not, or was no longer, what <paramref name="status"/> says: that is set to what it is, try again.</summary>
    private CopyOutcome? TryOnce(in Attempt copy, ref FileStatus status, out Digest digest)
    {
        digest = default;
        var target = Create(copy.Pair, status, copy.Worker.NameBuffer);
        if (target.Fd < 0)
        {
            return ReportWrite(copy.Name, "open", -target.Fd, copy.Worker);
        }

        try
        {
            var isSame = false;
            var failure = Fill(copy, target, status, out digest, out var hasOtherLength)
                ?? CheckUnchanged(copy, hasOtherLength, ref status, out isSame);
            return failure ?? (isSame ? Publish(copy, ref target, status, digest) : null);
        }
        finally
        {
            if (target.Fd >= 0)
            {
                target.Discard();
            }
        }
    }

    /// <inheritdoc cref="SourceFiles.CheckUnchanged"/>
    public CopyOutcome? CheckUnchanged(in Attempt copy, bool hasOtherLength, ref FileStatus status, out bool isSame) =>
        _sources.CheckUnchanged(copy.Source, copy.Name, hasOtherLength, copy.Worker, ref status, out isSame);

    /// <summary>Writes contents and metadata; null when that went well or the file got shorter meanwhile.</summary>
    private CopyOutcome? Fill(in Attempt copy, in NewFile target, in FileStatus status, out Digest digest, out bool hasOtherLength)
    {
        var stream = new ContentStream(context, copy.Worker, copy.Source, target.Fd);
        var result = stream.CopyAll(status, out digest);
        hasOtherLength = stream.HasOtherLength;
        if (result < 0)
        {
            return stream.FailedOnRead
                ? ReportRead(copy.Name, "read", -result, copy.Worker)
                : ReportWrite(copy.Name, "write", -result, copy.Worker);
        }

        return SetMetadata(copy, target, status);
    }

    /// <summary>Gives a new file the attributes, owner, mode and times that it should have; null when that went well.</summary>
    public abstract CopyOutcome? SetMetadata(in Attempt copy, in NewFile target, in FileStatus status);

    /// <summary>Gives the finished file its name; null when it is to be written again.</summary>
    public abstract CopyOutcome? Publish(in Attempt copy, ref NewFile target, in FileStatus status, in Digest digest);

    protected static bool NeedsWritePermission(in FileStatus status) =>
        Kernel.EffectiveUser != 0 && (status.Permissions & OwnerWrite) == 0;

    /// <summary>Hashes a file of the target and compares.</summary>
    public static bool HasContents(int directory, ReadOnlySpan<byte> name, EngineWorker worker, in Digest expected)
    {
        var fd = Kernel.Open(directory, name, Kernel.ReadFile);
        if (fd < 0)
        {
            return false;
        }

        var result = ContentStream.Hash(fd, worker, out var found);
        Kernel.Close(fd);
        return result >= 0 && found == expected;
    }

    public CopyOutcome ReportRead(ReadOnlySpan<byte> name, string operation, int errno, EngineWorker worker) =>
        _sources.ReportRead(name, operation, errno, worker);

    public CopyOutcome ReportWrite(ReadOnlySpan<byte> name, string operation, int errno, EngineWorker worker)
    {
        context.Report(EntryProblem.OfCall(DisplayTarget(name, worker), operation, errno));
        return CopyOutcome.Failed;
    }

    protected CopyContext Context => context;

    protected string DisplayTarget(ReadOnlySpan<byte> name, EngineWorker worker) =>
        context.Target.Display(worker.SourcePath.Path, name[..^1]);
}
