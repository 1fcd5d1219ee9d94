using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>What a directory of another machine holds, compared with a manifest.</summary>
/// <param name="Ok">Files whose digest is the manifest's.</param>
/// <param name="Changed">Files with another digest.</param>
/// <param name="Missing">Files of the manifest that are not there.</param>
/// <param name="Unread">Files of the manifest that are there and could not be read.</param>
/// <param name="Extra">Files that the manifest does not have.</param>
/// <param name="Problems">What could not be read there.</param>
public sealed record RemoteCheckReport(
    long Ok, IReadOnlyList<byte[]> Changed, IReadOnlyList<byte[]> Missing, IReadOnlyList<byte[]> Unread, IReadOnlyList<byte[]> Extra,
    IReadOnlyList<EntryProblem> Problems)
{
    /// <summary>Whether every file of the manifest is there with the right digest. Others may be there too.</summary>
    public bool IsVerified => Changed.Count == 0 && Missing.Count == 0 && Unread.Count == 0 && Problems.All(static problem => problem.Kind != ProblemKind.Failure);
}

/// <summary>
/// Compares a directory of another machine with a manifest: the digests are made there and compared here, so that no tool's "OK" has to be trusted.
/// </summary>
public sealed class RemoteCheck
{
    private readonly SumFile _expected;
    private readonly bool[] _isSeen;
    private readonly TransferProgress _progress;
    private readonly List<byte[]> _changed = [];
    private readonly List<byte[]> _extra = [];
    private long _ok;

    private RemoteCheck(SumFile expected, TransferProgress progress) => (_expected, _isSeen, _progress) = (expected, new bool[expected.Count], progress);

    /// <summary>Compares.</summary>
    /// <param name="expected">The manifest.</param>
    /// <param name="algorithm">Of its digests.</param>
    /// <param name="tree">The directory.</param>
    /// <param name="tools">What is there.</param>
    /// <param name="excludes">What is not looked at there, line by line in gitignore syntax.</param>
    /// <param name="progress">Counts files as they are hashed.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RemoteException">The machine cannot be reached, or has no tool to hash so.</exception>
    public static RemoteCheckReport Run(
        SumFile expected, DigestAlgorithm algorithm, RemoteTree tree, RemoteTools tools, IReadOnlyList<string> excludes, TransferProgress progress,
        CancellationToken cancellation)
    {
        progress.TotalFiles = expected.Count;
        var check = new RemoteCheck(expected, progress);
        var hashes = tree.Hash(tools, algorithm, excludes, check.Compare, cancellation);
        var unread = hashes.Problems.Select(static problem => problem.Path).ToHashSet();
        var unseen = check.Unseen().ToLookup(path => unread.Contains(PathText.Display(path)));
        return new RemoteCheckReport(check._ok, check._changed, [.. unseen[false]], [.. unseen[true]], check._extra, hashes.Problems);
    }

    private void Compare(ReadOnlySpan<byte> path, in Digest digest)
    {
        _progress.AddFiles(1);
        var index = _expected.Find(path);
        if (index < 0)
        {
            _extra.Add(path.ToArray());
        }
        else if (!_isSeen[index])
        {
            _isSeen[index] = true;
            _ok += digest == _expected.DigestOf(index) ? 1 : 0;
            if (digest != _expected.DigestOf(index))
            {
                _changed.Add(path.ToArray());
            }
        }
    }

    private IEnumerable<byte[]> Unseen() =>
        Enumerable.Range(0, _isSeen.Length).Where(index => !_isSeen[index]).Select(index => _expected.PathOf(index).ToArray());
}
