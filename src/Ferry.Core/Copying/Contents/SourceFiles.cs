using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Reading files that others may be writing to: what was read counts only if the file's status was the same before and after. Thread-safe.
/// </summary>
internal sealed class SourceFiles(CopyContext context)
{
    /// <summary>How often a file that changes while it is read is tried.</summary>
    public const int Attempts = 3;

    /// <summary>Reads and hashes a file.</summary>
    /// <param name="directory">Its directory, open.</param>
    /// <param name="name">Its name, terminated.</param>
    /// <param name="worker">Buffers; its source path is that of the directory.</param>
    /// <param name="status">The walk's status; becomes the status that the digest belongs to.</param>
    /// <param name="digest">Digest of the contents.</param>
    /// <returns>Copied, for read; or why not, which was reported.</returns>
    public CopyOutcome Hash(int directory, ReadOnlySpan<byte> name, EngineWorker worker, ref FileStatus status, out Digest digest)
    {
        digest = default;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var fd = Kernel.Open(directory, name, Kernel.ReadFile);
            if (fd < 0)
            {
                return ReportRead(name, "open", -fd, worker);
            }

            try
            {
                if (HashOnce(fd, name, worker, ref status, out digest) is { } outcome)
                {
                    return outcome;
                }
            }
            finally
            {
                Kernel.Close(fd);
            }
        }

        return ReportChanging(name, worker);
    }

    /// <summary>Compares a file with what it was before it was read; a failure if it cannot be asked or is no file any more.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="name">Its name, terminated.</param>
    /// <param name="hasOtherLength">Other than <paramref name="status"/>'s size was read: then the file must have changed, or its storage lies.</param>
    /// <param name="worker">Its source path is that of the directory.</param>
    /// <param name="status">What it was; becomes what it is.</param>
    /// <param name="isSame">Nothing was written in between.</param>
    public CopyOutcome? CheckUnchanged(
        int fd, ReadOnlySpan<byte> name, bool hasOtherLength, EngineWorker worker, ref FileStatus status, out bool isSame)
    {
        var result = Kernel.StatusOf(fd, out var after);
        isSame = result == 0 && after.IsSameVersionAs(status);
        status = after;
        if (result < 0)
        {
            return ReportRead(name, "statx", -result, worker);
        }

        if (after.Kind != EntryKind.File)
        {
            Report(name, worker, "was replaced by something else while the tree was being read; run it again");
            return CopyOutcome.Failed;
        }

        return isSame && hasOtherLength ? ReportRead(name, "read a part of", Errno.EIO, worker) : null;
    }

    /// <summary>Gives up on a file that is being written to.</summary>
    public CopyOutcome ReportChanging(ReadOnlySpan<byte> name, EngineWorker worker)
    {
        Report(name, worker, $"changed while it was being read, {Attempts} times in a row; try again when it is not being written to");
        return CopyOutcome.Failed;
    }

    public CopyOutcome ReportRead(ReadOnlySpan<byte> name, string operation, int errno, EngineWorker worker)
    {
        var problem = EntryProblem.OfRead(context.Source.Display(worker.SourcePath.Path, name[..^1]), operation, errno);
        context.Report(problem);
        return problem.Kind == ProblemKind.Warning ? CopyOutcome.Vanished : CopyOutcome.Failed;
    }

    private CopyOutcome? HashOnce(int fd, ReadOnlySpan<byte> name, EngineWorker worker, ref FileStatus status, out Digest digest)
    {
        if (context.Options.PastPageCache)
        {
            Kernel.DropCache(fd);
        }

        var stream = new ContentStream(context, worker, fd, target: -1);
        var result = stream.HashAll(status.Size, out digest);
        if (result < 0)
        {
            return ReportRead(name, "read", -result, worker);
        }

        var failure = CheckUnchanged(fd, name, stream.HasOtherLength, worker, ref status, out var isSame);
        return failure ?? (isSame ? CopyOutcome.Copied : null);
    }

    private void Report(ReadOnlySpan<byte> name, EngineWorker worker, string reason) => context.Report(
        new EntryProblem(ProblemKind.Failure, context.Source.Display(worker.SourcePath.Path, name[..^1]), reason));
}
