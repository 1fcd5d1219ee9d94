using Ferry.Core.Hashing;
using Ferry.Core.Processes;
using Ferry.Testing;
using Ferry.Workloads.Mirror.Remote;
using Xunit;

namespace Ferry.Workloads.Tests.Mirror.Remote;

/// <summary>Against a real sshd.</summary>
public sealed class SshTests : IDisposable
{
    private readonly FakeMachine _files = new();
    private readonly SshServer _server = new();

    private RemoteShell Shell => RemoteShell.Parse(_server.RemoteShell, isInteractive: false);

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }

    [RequiresFact("ssh", "ssh-keygen", "sshd", "rsync", "sha256sum")]
    public void A_tree_is_copied_there_and_back_and_hashed_there()
    {
        _files.FillHostile("src");
        _files.Tree.WriteRandom("src/big", 2_000_000);
        var there = _files.There("a $(touch x) directory/in another");
        var tree = new RemoteTree(new ProcessRunner(), Shell, there);
        var tools = tree.Ask(makesDirectory: true, CancellationToken.None);
        Assert.True(tools is { HasDirectory: true, HasRsync: true, HasSha256Sum: true });
        Assert.True(_files.Copy(_files.Here("src"), there, options => options with { Shell = Shell }).IsComplete);
        Assert.Empty(RsyncOracle.Differences(_files.Tree["src"], there.Path));
        Assert.True(_files.Copy(there, _files.Here("back"), options => options with { Shell = Shell }).IsComplete);
        Assert.Empty(RsyncOracle.Differences(_files.Tree["src"], _files.Tree["back"]));
        var report = tree.Hash(tools with { HasFerry = false }, DigestAlgorithm.Sha256, [], (_, in _) => { }, CancellationToken.None);
        Assert.Equal(18, report.Files);
        Assert.Empty(report.Problems);
    }

    [RequiresFact("ssh", "ssh-keygen", "sshd")]
    public void A_login_that_is_refused_is_told_with_what_to_do()
    {
        var shell = RemoteShell.Parse(_server.RemoteShell.Replace("-oUser=", "-oUser=nobody-", StringComparison.Ordinal), isInteractive: false);
        var error = Assert.Throws<RemoteException>(() => new RemoteTree(new ProcessRunner(), shell, _files.There("src")).Ask(false, CancellationToken.None));
        Assert.StartsWith("box: no connection: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; try: ssh box true", error.Message, StringComparison.Ordinal);
    }
}
