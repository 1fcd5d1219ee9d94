using Ferry.Core.Hashing;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>The manifest of a tree of another machine, hashed there and kept here.</summary>
internal sealed class RemoteManifest(MirrorSession session, RemoteTree tree, MirrorEnd end, List<EntryProblem> problems)
{
    /// <summary>Has it hashed.</summary>
    /// <param name="tools">What is there.</param>
    /// <param name="algorithm">How.</param>
    /// <param name="excludes">What takes no part, line by line.</param>
    /// <returns>Its files, and whether that is all of them; what was not read is told of.</returns>
    /// <exception cref="RemoteException">The machine cannot be reached, or has no tool to hash so.</exception>
    public (SumFile Sums, bool IsComplete) Make(RemoteTools tools, DigestAlgorithm algorithm, IReadOnlyList<string> excludes)
    {
        using var text = new MemoryStream();
        var hashed = session.During("hash", TransferPhase.Copying, progress => tree.Hash(
            tools,
            algorithm,
            excludes,
            (path, in digest) =>
            {
                var line = new byte[SumLine.MaxLength(path.Length)];
                text.Write(line.AsSpan(0, SumLine.Write(path, digest, line)));
                progress.AddFiles(1);
            },
            session.Cancellation));
        problems.AddRange(hashed.Problems);
        text.Position = 0;
        return (hashed.Files == 0 ? SumFile.Empty : SumFile.Read(text, end.ToString()), hashed.IsComplete);
    }
}
