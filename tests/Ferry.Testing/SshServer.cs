namespace Ferry.Testing;

/// <summary>
/// A real sshd with keys of its own, for one connection after the other: ssh starts it itself and talks to it through a pipe, so that no port is taken and
/// nothing has to be waited for or stopped. Needs <c>ssh</c>, <c>ssh-keygen</c>, <c>sshd</c>.
/// </summary>
public sealed class SshServer : IDisposable
{
    private readonly TempTree _tree = new();

    public SshServer()
    {
        foreach (var key in (string[])["host", "user"])
        {
            Tool.Run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", _tree[key]]).OrThrow();
        }

        _tree.Chmod("", "700");
        _tree.Write("config", $"""
            HostKey {_tree["host"]}
            AuthorizedKeysFile {_tree["user.pub"]}
            AuthenticationMethods publickey
            PermitRootLogin prohibit-password
            StrictModes no
            UsePAM no
            PidFile none

            """);
        // Where it locks itself in before a login; the package's service would make it.
        if (Environment.IsPrivilegedProcess) Directory.CreateDirectory("/run/sshd");
    }

    /// <summary>How it is reached, as RSYNC_RSH has it. The host's name does not matter.</summary>
    public string RemoteShell =>
        $"ssh -F none -oBatchMode=yes -oIdentitiesOnly=yes -oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -i {_tree["user"]} " +
        $"-oUser={Environment.UserName} '-oProxyCommand={Requirements.FindProgram("sshd")} -i -f {_tree["config"]}'";

    public void Dispose() => _tree.Dispose();
}
