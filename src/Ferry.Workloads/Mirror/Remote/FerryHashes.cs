using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>Digests by the ferry of another machine: it walks, reads and hashes on all cores.</summary>
internal sealed class FerryHashes(RemoteMachine machine, RemoteDigestReceiver receive, CancellationToken cancellation)
{
    private const string Script = RemoteMachine.Enter + "exec ferry mirror --step make-manifest --manifest - --rehash --include-all \"$@\" .";

    private readonly List<EntryProblem> _problems = [];
    private long _files;

    /// <summary>Runs it.</summary>
    public RemoteHashReport Run(DigestAlgorithm algorithm, IReadOnlyList<string> excludes)
    {
        string[] arguments = ["--algo", algorithm == DigestAlgorithm.Blake3 ? "blake3" : "sha256", .. excludes.Select(static line => $"--exclude={line}")];
        var (exitCode, errors) = machine.Run(Script, arguments, null, output => ByteLines.Read(output, "\n"u8, Receive), cancellation);
        if (exitCode != 0)
        {
            _problems.AddRange(errors.Select(line => new EntryProblem(ProblemKind.Warning, machine.End.Place, line)));
            _problems.Add(new EntryProblem(ProblemKind.Failure, machine.End.ToString(), $"ferry could not hash everything there (exit code {exitCode})"));
        }

        return new RemoteHashReport(_files, _problems);
    }

    private void Receive(Span<byte> line)
    {
        var sum = SumLine.Parse(line);
        var path = sum.Path;
        var error = sum.Error ?? SumPath.Normalize(ref path);
        if (error is not null)
        {
            _problems.Add(new EntryProblem(ProblemKind.Failure, machine.End.Place, $"answered with a line that is no digest: {error}"));
            return;
        }

        _files++;
        receive(path, sum.Digest);
    }
}
