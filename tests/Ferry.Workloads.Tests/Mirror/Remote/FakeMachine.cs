using Ferry.Core.Processes;
using Ferry.Testing;
using Ferry.Workloads.Mirror.Remote;

namespace Ferry.Workloads.Tests.Mirror.Remote;

/// <summary>
/// Another machine, played by this one: what stands in for ssh drops its options and the host, joins the words as ssh does, and has a login shell read them
/// in a home directory.
/// </summary>
internal sealed class FakeMachine : IDisposable
{
    /// <param name="loginShell">Reads the command.</param>
    /// <param name="profile">What the shell runs first, for instance to greet.</param>
    public FakeMachine(string loginShell = "sh", string profile = "")
    {
        Tree.MakeDirectory("home");
        Tree.Write("ssh", $"""
            #!/bin/sh
            while [ "$1" != "${"{1#-}"}" ]; do [ "$1" = -l ] && shift; shift; done
            echo "$1" >>'{Tree["hosts"]}'
            shift
            HOME='{Tree["home"]}'; export HOME; cd "$HOME" || exit 255
            {profile}
            exec {loginShell} -c "$*"

            """);
        Tree.Chmod("ssh", "755");
    }

    /// <summary>Here and there: <c>home</c>, and what tests make.</summary>
    public TempTree Tree { get; } = new();

    /// <summary>How it is reached.</summary>
    public RemoteShell Shell => RemoteShell.Parse(Tree["ssh"], isInteractive: false);

    /// <summary>A directory of the tree as an end on this machine.</summary>
    public MirrorEnd There(string path) => MirrorEnd.Parse("box:" + Tree[path]);

    /// <summary>A directory of the tree as an end here.</summary>
    public MirrorEnd Here(string path) => MirrorEnd.Parse(Tree[path]);

    /// <summary>Files whose names mean something to shells, rsync, find and xargs, or are no text.</summary>
    public void FillHostile(string directory)
    {
        Tree.MakeDirectory(directory);
        foreach (var name in (string[])["plain", " lead and trail ", "quo'te\"s", "new\nline", "$(touch x)", "`touch x`", "-n", "--delete", "a\\b", "a\\#012b", "*", "[x]", "~", "#x", ";x", "sub dir/-"])
        {
            Tree.Write($"{directory}/{name}", "contents of " + name);
        }

        Tree.Write((byte[])[.. System.Text.Encoding.UTF8.GetBytes(directory), .. "/caf"u8, 0xe9], "not text"u8);
    }

    public void Dispose() => Tree.Dispose();

    /// <summary>Runs rsync between two ends.</summary>
    public RsyncReport Copy(MirrorEnd source, MirrorEnd destination, Func<RsyncOptions, RsyncOptions>? change = null, Ferry.Core.Progress.TransferProgress? progress = null)
    {
        var options = new RsyncOptions { Source = source, Destination = destination, Shell = Shell };
        return RsyncCopy.Run(change?.Invoke(options) ?? options, new ProcessRunner(), progress ?? new(), CancellationToken.None);
    }
}
