using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Processes;
using Ferry.Core.Walking;
using Ferry.Testing;
using Ferry.Workloads.Mirror.Remote;
using Xunit;

namespace Ferry.Workloads.Tests.Mirror.Remote;

/// <summary>With real shells and tools, and all but the network.</summary>
public class RemoteTreeTests
{
    private const string Directory = "src $(touch y)'\"\\!";

    [RequiresTheory("bash", "zsh", "fish", "tcsh", "b3sum", "sha256sum")]
    [InlineData("sh", DigestAlgorithm.Blake3)]
    [InlineData("bash", DigestAlgorithm.Sha256)]
    [InlineData("zsh", DigestAlgorithm.Blake3)]
    [InlineData("fish", DigestAlgorithm.Sha256)]
    [InlineData("fish", DigestAlgorithm.Blake3)]
    [InlineData("tcsh", DigestAlgorithm.Sha256)]
    [InlineData("tcsh", DigestAlgorithm.Blake3)]
    public void Every_login_shell_lets_hostile_names_be_hashed(string loginShell, DigestAlgorithm algorithm)
    {
        using var machine = new FakeMachine(loginShell);
        machine.FillHostile(Directory);
        var digests = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        var report = Tree(machine).Hash(Tools(machine), algorithm, ["sub dir/"], (path, in digest) => digests.Add(PathText.Display(path), digest), CancellationToken.None);
        Assert.Empty(report.Problems);
        Assert.Equal(16, report.Files);
        Assert.Equal(DigestOf("contents of $(touch x)", algorithm), digests["$(touch x)"]);
        Assert.Equal(DigestOf("contents of new\nline", algorithm), digests["new\\nline"]);
        Assert.Equal(DigestOf("not text", algorithm), digests["caf\\xe9"]);
        Assert.Equal(16, digests.Count);
        Assert.Empty(machine.Tree.Files("home"));
    }

    [RequiresFact("b3sum")]
    public void A_check_tells_changed_missing_and_further_files()
    {
        using var machine = new FakeMachine();
        machine.FillHostile(Directory);
        var manifest = new MemoryStream();
        Tree(machine).Hash(Tools(machine), DigestAlgorithm.Blake3, [], (path, in digest) => Write(manifest, path, digest), CancellationToken.None);
        manifest.Position = 0;
        var expected = SumFile.Read(manifest, "manifest");
        var same = Check(machine, expected);
        Assert.True(same.IsVerified);
        Assert.Equal(17, same.Ok);
        Assert.Empty(same.Extra);

        machine.Tree.Write($"{Directory}/new\nline", "contents of new\nLine");
        machine.Tree.Write($"{Directory}/more", "");
        File.Delete(machine.Tree[$"{Directory}/-n"]);
        var other = Check(machine, expected);
        Assert.False(other.IsVerified);
        Assert.Equal((15, "new\\nline", "-n", "more"), (other.Ok, Only(other.Changed), Only(other.Missing), Only(other.Extra)));
    }

    [RequiresFact("sha256sum")]
    public void A_file_that_gets_no_digest_is_named_and_the_others_have_theirs()
    {
        using var machine = new FakeMachine(profile: "PATH=\"$HOME/bin:$PATH\"");
        foreach (var name in (string[])["a", "b", "c"])
        {
            machine.Tree.Write($"src/{name}", name);
        }

        // A tool that fails to read one file, as for root no right can make it.
        Tool(machine, "sha256sum", "for f do [ \"$f\" = ./b ] && { echo \"$f: Input/output error\" >&2; continue; }; [ \"$f\" = -- ] || /usr/bin/sha256sum \"$f\"; done; exit 1");
        Tool(machine, "b3sum", "exit 1");
        var names = new List<string>();
        var tree = new RemoteTree(new ProcessRunner(), machine.Shell, machine.There("src"));
        var report = tree.Hash(Tools(machine), DigestAlgorithm.Sha256, [], (path, in _) => names.Add(PathText.Display(path)), CancellationToken.None);
        Assert.Equal(["a", "c"], names);
        Assert.False(report.IsComplete);
        Assert.Contains(report.Problems, static problem => problem is { Kind: ProblemKind.Failure, Path: "b" });
        Assert.Contains(report.Problems, static problem => problem.Reason.Contains("Input/output error", StringComparison.Ordinal));
    }

    [RequiresFact("b3sum")]
    public void What_another_machine_has_is_asked_and_its_directory_made()
    {
        using var machine = new FakeMachine(profile: "PATH=\"$HOME/bin\"");
        foreach (var tool in (string[])["sh", "printf", "mkdir", "find", "xargs", "sha256sum"])
        {
            machine.Tree.Symlink($"home/bin/{tool}", Requirements.FindProgram(tool)!);
        }

        var tree = new RemoteTree(new ProcessRunner(), machine.Shell, machine.There("new/$dir"));
        Assert.Equal(new RemoteTools(false, false, false, false, true), tree.Ask(makesDirectory: false, CancellationToken.None));
        var tools = tree.Ask(makesDirectory: true, CancellationToken.None);
        Assert.Equal((true, DigestAlgorithm.Sha256), (tools.HasDirectory, tools.PreferredAlgorithm));
        Assert.True(System.IO.Directory.Exists(machine.Tree["new/$dir"]));
        var error = Assert.Throws<RemoteException>(() => tree.Hash(tools, DigestAlgorithm.Blake3, [], (_, in _) => { }, CancellationToken.None));
        Assert.Contains("install b3sum, or ask for --algo sha256", error.Message, StringComparison.Ordinal);
        Tool(machine, "ferry", "exit 0");
        Assert.True(tree.Ask(false, CancellationToken.None).HasFerry);
    }

    [Fact]
    public void Ferry_there_is_asked_for_a_manifest_with_all_patterns()
    {
        using var machine = new FakeMachine(profile: "PATH=\"$HOME/bin:$PATH\"");
        machine.Tree.Write("src/a", "");
        Tool(machine, "ferry", $"for a do echo \"$a\"; done >'{machine.Tree["arguments"]}'; pwd >>'{machine.Tree["arguments"]}'; echo '{new string('a', 64)}  ./x y'; echo 'no digest'; exit 1");
        var names = new List<string>();
        var tree = new RemoteTree(new ProcessRunner(), machine.Shell, machine.There("src"));
        var report = tree.Hash(new RemoteTools(true, true, true, true, true), DigestAlgorithm.Sha256, ["it's *", "!$(x)"], (path, in _) => names.Add(PathText.Display(path)), CancellationToken.None);
        Assert.Equal(
            ["mirror", "--step", "make-manifest", "--manifest", "-", "--rehash", "--include-all", "--algo", "sha256", "--exclude=it's *", "--exclude=!$(x)", ".", machine.Tree["src"]],
            machine.Tree.ReadText("arguments").TrimEnd().Split('\n'));
        Assert.Equal(["x y"], names);
        Assert.Equal(2, report.Problems.Count(static problem => problem.Kind == ProblemKind.Failure));
    }

    [Fact]
    public void A_directory_that_is_not_there_a_silent_machine_and_a_greeting_are_told_apart()
    {
        using var machine = new FakeMachine();
        var missing = new RemoteTree(new ProcessRunner(), machine.Shell, machine.There("missing"));
        var error = Assert.Throws<RemoteException>(() =>
            missing.Hash(new RemoteTools(true, true, false, true, true), DigestAlgorithm.Blake3, [], (_, in _) => { }, CancellationToken.None));
        Assert.Contains("missing: the directory cannot be entered", error.Message, StringComparison.Ordinal);

        machine.Tree.Write("ssh", "#!/bin/sh\necho 'ssh: no route' >&2; exit 255\n");
        Assert.Equal($"box: no connection: ssh: no route; try: {machine.Tree["ssh"]} box true", Assert.Throws<RemoteException>(() => Ask(machine)).Message);
        machine.Tree.Write("ssh", "#!/bin/sh\necho 'box: command not found' >&2; exit 127\n");
        Assert.Contains("no POSIX shell", Assert.Throws<RemoteException>(() => Ask(machine)).Message, StringComparison.Ordinal);
        using var greeting = new FakeMachine(profile: "echo welcome");
        Assert.Contains("prints text at login", Assert.Throws<RemoteException>(() => Ask(greeting)).Message, StringComparison.Ordinal);
    }

    private static string Only(IEnumerable<byte[]> paths) => PathText.Display(Assert.Single(paths));

    private static RemoteTools Ask(FakeMachine machine) => new RemoteTree(new ProcessRunner(), machine.Shell, machine.There("src")).Ask(false, CancellationToken.None);

    private static RemoteTree Tree(FakeMachine machine) => new(new ProcessRunner(), machine.Shell, machine.There(Directory));

    /// <summary>What is there, but without a ferry, which may be on this machine.</summary>
    private static RemoteTools Tools(FakeMachine machine) => Ask(machine) with { HasFerry = false };

    private static RemoteCheckReport Check(FakeMachine machine, SumFile expected) =>
        RemoteCheck.Run(expected, DigestAlgorithm.Blake3, Tree(machine), Tools(machine), [], new(), CancellationToken.None);

    private static void Tool(FakeMachine machine, string name, string script)
    {
        machine.Tree.Write($"home/bin/{name}", $"#!/bin/sh\n{script}\n");
        machine.Tree.Chmod($"home/bin/{name}", "755");
    }

    private static void Write(MemoryStream manifest, ReadOnlySpan<byte> path, in Digest digest)
    {
        var line = new byte[SumLine.MaxLength(path.Length)];
        manifest.Write(line.AsSpan(0, SumLine.Write(path, digest, line)));
    }

    private static Digest DigestOf(string contents, DigestAlgorithm algorithm)
    {
        var tool = algorithm == DigestAlgorithm.Blake3 ? "b3sum" : "sha256sum";
        var line = Ferry.Testing.Tool.Run(tool, [], new ToolOptions { Stdin = Encoding.UTF8.GetBytes(contents) }).OrThrow().Text;
        Assert.True(Digest.TryParseHex(line.AsSpan(0, 64), out var digest));
        return digest;
    }
}
