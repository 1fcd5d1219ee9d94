using Ferry.Core.Hashing;
using Ferry.Core.Hashing.Trees;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;

namespace Ferry.Core.Verifying;

/// <summary>
/// Compares the files of a tree, as they are hashed, with a manifest: what is missing, what has other bytes, what is there and not listed.
/// Thread-safe; every list is complete once the tree was hashed.
/// </summary>
/// <param name="expected">What should be there.</param>
/// <param name="scope">Which of it is read.</param>
/// <param name="trustsRecords">Do not read what is as it was when its digest was recorded.</param>
public sealed class SumCheck(SumFile expected, ContentScope scope, bool trustsRecords) : IHashedFiles
{
    private readonly State[] _states = new State[expected.Count];
    private readonly Lock _lock = new();
    private readonly List<byte[]> _extra = [];

    private enum State : byte
    {
        Unseen = 0,
        Left,
        Trusted,
        Wanted,
        Good,
        Changed,
        Failed,
    }

    /// <summary>Files that were read and have their bytes.</summary>
    public long Good => Count(State.Good);

    /// <summary>Files that were not read, because they are as they were when they were found good.</summary>
    public long Trusted => Count(State.Trusted);

    /// <summary>Files outside of the slice.</summary>
    public long Left => Count(State.Left);

    /// <summary>Files that could not be read; why is in the report of the hashing.</summary>
    public IReadOnlyList<byte[]> Failed => Paths(State.Failed);

    /// <summary>Listed, and not in the tree.</summary>
    public IReadOnlyList<byte[]> Missing => Paths(State.Unseen);

    /// <summary>Files with other bytes than listed.</summary>
    public IReadOnlyList<byte[]> Changed => Paths(State.Changed);

    /// <summary>In the tree, and not listed; ascending.</summary>
    public IReadOnlyList<byte[]> Extra
    {
        get
        {
            lock (_lock)
            {
                _extra.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
                return [.. _extra];
            }
        }
    }

    /// <inheritdoc/>
    public bool Wants(ReadOnlySpan<byte> path, in FileStatus status, Digest? recorded)
    {
        var position = expected.Find(path);
        if (position < 0)
        {
            lock (_lock)
            {
                _extra.Add(path.ToArray());
            }

            return false;
        }

        var state = !scope.Includes(path) ? State.Left
            : trustsRecords && recorded == expected.DigestOf(position) ? State.Trusted
            : State.Wanted;
        _states[position] = state;
        return state == State.Wanted;
    }

    /// <inheritdoc/>
    public bool Add(ReadOnlySpan<byte> path, in FileStatus status, in Digest digest)
    {
        var position = expected.Find(path);
        var isGood = digest == expected.DigestOf(position);
        _states[position] = isGood ? State.Good : State.Changed;
        return isGood;
    }

    /// <inheritdoc/>
    public void Fail(ReadOnlySpan<byte> path) => _states[expected.Find(path)] = State.Failed;

    private long Count(State state) => _states.LongCount(found => found == state);

    private List<byte[]> Paths(State state)
    {
        var paths = new List<byte[]>();
        for (var i = 0; i < _states.Length; i++)
        {
            if (_states[i] == state)
            {
                paths.Add(expected.PathOf(i).ToArray());
            }
        }

        return paths;
    }
}
