using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>What a directory of another machine holds, compared with a manifest.</summary>
/// <param name="Ok">Files whose digest is the manifest's.</param>
/// <param name="Changed">Files with another digest, for display.</param>
/// <param name="Missing">Files of the manifest that are not there, for display.</param>
/// <param name="Extra">Files that the manifest does not have, for display.</param>
/// <param name="Problems">What could not be read there.</param>
public sealed record RemoteCheckReport(
    long Ok, IReadOnlyList<string> Changed, IReadOnlyList<string> Missing, IReadOnlyList<string> Extra, IReadOnlyList<EntryProblem> Problems)
{
    /// <summary>Whether every file of the manifest is there with the right digest. Others may be there too.</summary>
    public bool IsVerified => Changed.Count == 0 && Missing.Count == 0 && Problems.All(static problem => problem.Kind != ProblemKind.Failure);
}

/// <summary>
/// Compares a directory of another machine with a manifest: the digests are made there and compared here, so that no tool's "OK" has to be trusted.
/// </summary>
public sealed class RemoteCheck
{
    private readonly SumFile _expected;
    private readonly bool[] _isSeen;
    private readonly List<string> _changed = [];
    private readonly List<string> _extra = [];
    private long _ok;

    private RemoteCheck(SumFile expected) => (_expected, _isSeen) = (expected, new bool[expected.Count]);

    /// <summary>Compares.</summary>
    /// <param name="expected">The manifest.</param>
    /// <param name="algorithm">Of its digests.</param>
    /// <param name="tree">The directory.</param>
    /// <param name="tools">What is there.</param>
    /// <param name="excludes">What is not looked at there, line by line in gitignore syntax.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RemoteException">The machine cannot be reached, or has no tool to hash so.</exception>
    public static RemoteCheckReport Run(
        SumFile expected, DigestAlgorithm algorithm, RemoteTree tree, RemoteTools tools, IReadOnlyList<string> excludes, CancellationToken cancellation)
    {
        var check = new RemoteCheck(expected);
        var hashes = tree.Hash(tools, algorithm, excludes, check.Compare, cancellation);
        return new RemoteCheckReport(check._ok, check._changed, check.Missing(hashes), check._extra, hashes.Problems);
    }

    private void Compare(ReadOnlySpan<byte> path, in Digest digest)
    {
        var index = _expected.Find(path);
        if (index < 0)
        {
            _extra.Add(PathText.Display(path));
        }
        else if (!_isSeen[index])
        {
            _isSeen[index] = true;
            _ok += digest == _expected.DigestOf(index) ? 1 : 0;
            if (digest != _expected.DigestOf(index))
            {
                _changed.Add(PathText.Display(path));
            }
        }
    }

    /// <summary>Those that were neither hashed nor named as unreadable.</summary>
    private List<string> Missing(RemoteHashReport hashes)
    {
        var unread = hashes.Problems.Select(static problem => problem.Path).ToHashSet();
        return [.. Enumerable.Range(0, _isSeen.Length).Where(index => !_isSeen[index])
            .Select(index => PathText.Display(_expected.PathOf(index))).Where(path => !unread.Contains(path))];
    }
}
