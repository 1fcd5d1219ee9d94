using Ferry.Core.Hashing;
using Ferry.Core.Processes;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>A directory of another machine, and what the tools there can tell of it. It is read by a shell of POSIX, find, xargs, and a tool that hashes.</summary>
public sealed class RemoteTree(IProcessRunner processes, RemoteShell shell, MirrorEnd end)
{
    private const string Mark = "ferry-begin";

    private const string AskScript =
        "if [ \"$2\" = make ]; then mkdir -p -- \"$1\" || exit 99; fi; echo " + Mark + "; [ -d \"$1\" ] && echo directory; "
        + "for t in rsync b3sum sha256sum find xargs; do command -v $t >/dev/null 2>&1 && echo $t; done; "
        + "ferry mirror --help >/dev/null 2>&1 && echo ferry; exit 0";

    private readonly RemoteMachine _machine = new(processes, shell, end);

    /// <summary>Asks what is there.</summary>
    /// <param name="makesDirectory">Make the directory and those above it if they are missing.</param>
    /// <param name="cancellation">Ends the question.</param>
    /// <exception cref="RemoteException">The machine cannot be reached, its shell talks at login, or the directory cannot be made.</exception>
    /// <exception cref="ToolNotFoundException">There is no ssh here.</exception>
    public RemoteTools Ask(bool makesDirectory, CancellationToken cancellation)
    {
        var words = new List<string>();
        var (exitCode, errors) = _machine.Run(
            AskScript, [makesDirectory ? "make" : "ask"], null, output => ByteLines.Read(output, "\n"u8, line => words.Add(Text(line))), cancellation);
        if (words.Count == 0 || exitCode != 0)
        {
            throw new RemoteException($"{end.Place}: no POSIX shell answers there (exit code {exitCode}){RemoteMachine.Said(errors)}; try: {shell.Program} {end.Login} sh -c true");
        }

        if (words[0] != Mark)
        {
            throw new RemoteException($"{end.Place}: the shell there prints text at login, which rsync takes for data; have it do so on terminals only");
        }

        var canList = words.Contains("find") && words.Contains("xargs");
        return new RemoteTools(
            words.Contains("directory"), words.Contains("rsync"), words.Contains("ferry"), canList && words.Contains("b3sum"), canList && words.Contains("sha256sum"));
    }

    /// <summary>Has all regular files hashed there.</summary>
    /// <param name="tools">What is there.</param>
    /// <param name="algorithm">How.</param>
    /// <param name="excludes">What takes no part, line by line in gitignore syntax.</param>
    /// <param name="receive">Gets each file's digest; by path if there is no ferry there, and in any order else.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RemoteException">The machine cannot be reached, or has no tool to hash so.</exception>
    public RemoteHashReport Hash(
        RemoteTools tools, DigestAlgorithm algorithm, IReadOnlyList<string> excludes, RemoteDigestReceiver receive, CancellationToken cancellation)
    {
        RequireHash(tools, algorithm);
        return tools.HasFerry
            ? new FerryHashes(_machine, receive, cancellation).Run(algorithm, excludes)
            : new ToolHashes(_machine, receive, cancellation).Run(algorithm, excludes);
    }

    /// <summary>Makes sure that files can be hashed there.</summary>
    /// <exception cref="RemoteException">It has no tool to hash so.</exception>
    public void RequireHash(RemoteTools tools, DigestAlgorithm algorithm)
    {
        if (!tools.CanHash(algorithm))
        {
            var tool = algorithm == DigestAlgorithm.Blake3 ? "b3sum" : "sha256sum";
            var other = tools.PreferredAlgorithm is { } possible ? $", or ask for --algo {(possible == DigestAlgorithm.Blake3 ? "blake3" : "sha256")}" : "";
            throw new RemoteException($"{end.Place}: has neither ferry nor {tool} (with find and xargs): nothing can be verified there; install {tool}{other}");
        }
    }

    private static string Text(ReadOnlySpan<byte> line) => System.Text.Encoding.Latin1.GetString(line);
}

/// <summary>Gets the digest of one file of another machine. The path is relative to the directory, and valid until the call returns.</summary>
public delegate void RemoteDigestReceiver(ReadOnlySpan<byte> path, in Digest digest);
