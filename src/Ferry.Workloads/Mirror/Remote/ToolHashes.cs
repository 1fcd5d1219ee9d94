using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>
/// Digests by b3sum or sha256sum of another machine. The list of files is asked for first and brought into order here, so that a file that gets no
/// digest is known by name whatever the tools there say, and patterns mean what they mean everywhere.
/// </summary>
internal sealed class ToolHashes(RemoteMachine machine, RemoteDigestReceiver receive, CancellationToken cancellation)
{
    private const string ListScript = RemoteMachine.Enter + "exec find . -type f -print0";

    private const string HashScript = RemoteMachine.Enter + "exec xargs -0 \"$1\" --";

    /// <summary>b3sum cannot print names that are not UTF-8: for those, one line for each, a dash where there is no digest.</summary>
    private const string NamelessScript =
        RemoteMachine.Enter + "exec xargs -0 -n 1 sh -c \"b3sum --no-names -- \\\"\\$1\\\" || echo -\" sh";

    private readonly List<EntryProblem> _problems = [];
    private long _files;

    /// <summary>Runs them.</summary>
    public RemoteHashReport Run(DigestAlgorithm algorithm, IReadOnlyList<string> excludes)
    {
        var names = List(IgnorePatterns.Parse(excludes));
        if (algorithm == DigestAlgorithm.Sha256)
        {
            Hash("sha256sum", names);
        }
        else
        {
            Hash("b3sum", names.FindAll(static name => PathText.IsUtf8(name)));
            HashNameless(names.FindAll(static name => !PathText.IsUtf8(name)));
        }

        return new RemoteHashReport(_files, _problems);
    }

    /// <summary>All regular files that take part, by path.</summary>
    private List<byte[]> List(IgnorePatterns excludes)
    {
        var names = new List<byte[]>();
        var (exitCode, errors) = machine.Run(ListScript, [], null, output => ByteLines.Read(output, [0], line =>
        {
            ReadOnlySpan<byte> path = line;
            if (SumPath.Normalize(ref path) is { } error)
            {
                _problems.Add(new EntryProblem(ProblemKind.Failure, machine.End.Place, $"answered with a name that {error}"));
            }
            else if (!excludes.IsIgnoredOrUnderIgnored(path, isDirectory: false) && !IsTemporary(path))
            {
                names.Add(path.ToArray());
            }
        }), cancellation);
        AddSaid(exitCode, errors);
        if (exitCode != 0)
        {
            _problems.Add(new EntryProblem(ProblemKind.Failure, machine.End.ToString(), $"not all directories could be listed there (find: exit code {exitCode})"));
        }

        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    private void Hash(string tool, List<byte[]> names)
    {
        var next = 0;
        Exchange(HashScript, [tool], names, line =>
        {
            var sum = SumLine.Parse(line);
            var path = sum.Path;
            if (sum.Error is not null || SumPath.Normalize(ref path) is not null)
            {
                return;
            }

            // The tools go through the list from its beginning to its end: whom they pass over could not be read.
            for (var at = next; at < names.Count; at++)
            {
                if (path.SequenceEqual(names[at]))
                {
                    Fail(names, next, at);
                    Add(names[at], sum.Digest);
                    next = at + 1;
                    return;
                }
            }
        });
        Fail(names, next, names.Count);
    }

    private void HashNameless(List<byte[]> names)
    {
        var next = 0;
        Exchange(NamelessScript, [], names, line =>
        {
            if (next < names.Count && Digest.TryParseHex(line, out var digest))
            {
                Add(names[next], digest);
            }
            else if (next < names.Count)
            {
                Fail(names, next, next + 1);
            }

            next++;
        });
        Fail(names, next, names.Count);
    }

    private void Exchange(string script, IEnumerable<string> arguments, List<byte[]> names, LineReceiver receiveLine)
    {
        if (names.Count == 0)
        {
            // xargs would run the tool all the same.
            return;
        }

        var (exitCode, errors) = machine.Run(script, arguments, input => Send(input, names), output => ByteLines.Read(output, "\n"u8, receiveLine), cancellation);
        AddSaid(exitCode, errors);
    }

    /// <summary>The reasons of a failure, in the words of the tools there. Where all went well, ssh has greeted.</summary>
    private void AddSaid(int exitCode, List<string> errors) =>
        _problems.AddRange((exitCode == 0 ? [] : errors).Select(line => new EntryProblem(ProblemKind.Warning, machine.End.Place, line)));

    private static void Send(Stream input, List<byte[]> names)
    {
        using var buffer = new BufferedStream(input, 64 * 1024);
        foreach (var name in names)
        {
            // A name alone could be a dash, standard input.
            buffer.Write("./"u8);
            buffer.Write(name);
            buffer.WriteByte(0);
        }
    }

    private void Add(ReadOnlySpan<byte> path, in Digest digest)
    {
        _files++;
        receive(path, digest);
    }

    private void Fail(List<byte[]> names, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            _problems.Add(new EntryProblem(ProblemKind.Failure, PathText.Display(names[i]), $"could not be read on {machine.End.Place}, or vanished"));
        }
    }

    private static bool IsTemporary(ReadOnlySpan<byte> path)
    {
        foreach (var range in path.Split((byte)'/'))
        {
            if (TemporaryName.IsTemporary(path[range]))
            {
                return true;
            }
        }

        return false;
    }
}
