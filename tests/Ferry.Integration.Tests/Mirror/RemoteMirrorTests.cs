using Ferry.Testing;
using Xunit;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>An end on another machine, which this one plays: what stands in for ssh has a shell of its own environment read the command.</summary>
public sealed class RemoteMirrorTests : IDisposable
{
    private readonly MirrorUser _user = new();

    public void Dispose() => _user.Dispose();

    [RequiresTheory("ferry", "rsync", "sha256sum")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tree_goes_to_another_machine_and_is_proven_there(bool hasFerry)
    {
        MakeMachine(hasFerry);
        WriteHostile();
        _user.WithFiles();
        var there = $"me@box:{_user.Target}/in another";
        var report = MirrorUser.Json(_user.Run("--json", "--algo", "sha256", _user.Source, there).OrThrow());
        var found = report.GetProperty("verification");
        Assert.Equal("box", found.GetProperty("host").GetString());
        Assert.Equal(MirrorUser.Files + 3, found.GetProperty("good").GetInt32());
        Assert.Empty(MirrorUser.Paths(report, "extra"));
        Assert.Empty(RsyncOracle.Differences(_user.Source, $"{_user.Target}/in another"));
        AssertSha256sum($"{_user.Target}/in another", "SHA256SUMS");
        var again = MirrorUser.Json(_user.Run("--json", "--algo", "sha256", _user.Source, there).OrThrow());
        Assert.Equal(1, again.GetProperty("copy").GetProperty("files").GetInt32()); // the manifest, which is a new one
        Assert.Equal(0, again.GetProperty("manifest").GetProperty("hashed_files").GetInt32());
    }

    [RequiresTheory("ferry", "rsync", "sha256sum")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tree_comes_from_another_machine_with_the_manifest_of_that_one(bool hasFerry)
    {
        MakeMachine(hasFerry);
        WriteHostile();
        _user.WithFiles();
        _user.Tree.Write("src/._litter", "of macOS");
        var report = MirrorUser.Json(_user.Run("--json", "--algo", "sha256", $"box:{_user.Source}", _user.Target).OrThrow());
        Assert.Equal(MirrorUser.Files + 3, report.GetProperty("verification").GetProperty("good").GetInt32());
        Assert.Equal(MirrorUser.Files + 3, report.GetProperty("manifest").GetProperty("files").GetInt32());
        Assert.False(_user.Tree.Exists("dst/._litter"));
        Assert.False(_user.Tree.Exists("src/SHA256SUMS"));
        AssertSha256sum(_user.Source, $"{_user.Target}/SHA256SUMS");
    }

    [RequiresFact("ferry", "rsync", "sha256sum")]
    public void What_is_wrong_there_is_named_and_with_repair_made_right()
    {
        MakeMachine(hasFerry: false);
        var there = $"box:{_user.WithFiles().Target}";
        _user.Run("--algo", "sha256", _user.Source, there).OrThrow();
        _user.DamageTarget("d1/f1");
        File.Delete($"{_user.Target}/d2/f2");
        _user.Tree.Write("dst/more", "more");
        var result = _user.Run("--json", "--step", "verify", _user.Source, there);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["d1/f1"], MirrorUser.Paths(MirrorUser.Json(result), "changed"));
        Assert.Equal(["d2/f2"], MirrorUser.Paths(MirrorUser.Json(result), "missing"));
        Assert.Equal(["more"], MirrorUser.Paths(MirrorUser.Json(result), "extra"));

        var repaired = MirrorUser.Json(_user.Run("--json", "--step", "verify", "--repair", _user.Source, there).OrThrow()).GetProperty("verification");
        Assert.True(repaired.GetProperty("changed")[0].GetProperty("repaired").GetBoolean());
        Assert.Equal(1, repaired.GetProperty("restored").GetInt32());
        _user.Run("--step", "verify", _user.Source, there).OrThrow();
        Assert.Equal(1, _user.Run("--step", "verify", "--strict", _user.Source, there).ExitCode);
        _user.Run("--delete", "--yes", "--algo", "sha256", _user.Source, there).OrThrow();
        Assert.False(_user.Tree.Exists("dst/more"));
    }

    [RequiresFact("ferry", "rsync", "b3sum")]
    public void What_is_wrong_here_is_brought_again_from_the_other_machine()
    {
        MakeMachine(hasFerry: true);
        var from = $"box:{_user.WithFiles().Source}";
        _user.Run(from, _user.Target).OrThrow();
        _user.DamageTarget("big");
        Assert.Equal(1, _user.Run("--step", "verify", from, _user.Target).ExitCode);
        Assert.Contains("1 made right again", _user.Run("--repair", from, _user.Target).OrThrow().Stderr, StringComparison.Ordinal);
        MirrorUser.AssertB3sum(_user.Target, MirrorUser.Manifest);
    }

    [RequiresFact("ferry", "rsync", "b3sum")]
    public void A_dry_run_makes_nothing_there_and_a_copy_alone_writes_no_manifest()
    {
        MakeMachine(hasFerry: false);
        var there = $"box:{_user.WithFiles().Target}";
        Assert.Contains("copy 26 files", _user.Run("--dry-run", _user.Source, there).OrThrow().Stderr, StringComparison.Ordinal);
        Assert.False(_user.Tree.Exists("dst"));
        _user.Run("--step", "copy", _user.Source, there).OrThrow();
        Assert.Empty(RsyncOracle.Differences(_user.Source, _user.Target));
        Assert.False(_user.Tree.Exists("dst/" + MirrorUser.Manifest));
    }

    [RequiresFact("ferry", "rsync", "b3sum")]
    public void A_manifest_of_another_machine_goes_through_a_pipe()
    {
        MakeMachine(hasFerry: false);
        _user.WithFiles();
        var listed = _user.Run("--manifest", "-", $"box:{_user.Source}", _user.Target).OrThrow().Text;
        Assert.False(_user.Tree.Exists("dst/" + MirrorUser.Manifest));
        MirrorUser.AssertB3sum(_user.Target, _user.Tree.Write("sums", listed));
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData("run ferry mirror on one of the two", "box:/a", "box:/b")]
    [InlineData("make-manifest reads a tree of this machine", "--step", "make-manifest", "box:/a")]
    [InlineData("--manifest PATH", "--step", "verify", "box:/a")]
    [InlineData("--only-new needs the records", "--only-new", "src", "box:/b")]
    [InlineData("runs no check", "src", "rsync://box/b")]
    [InlineData("is no directory there", "box:/not/there", "dst")]
    [InlineData("--engine must be native or rsync, not 'rsyn'; did you mean rsync?", "--engine", "rsyn", "src", "dst")]
    public void What_cannot_be_is_refused_in_a_line(string reason, params string[] arguments)
    {
        MakeMachine(hasFerry: false);
        _user.WithFiles();
        var result = _user.Run([.. arguments.Select(argument => argument is "src" or "dst" ? _user.Tree[argument] : argument)]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(reason, Assert.Single(result.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(_user.Tree.Exists("dst"));
    }

    [RequiresFact("ferry", "rsync", "b3sum")]
    public void Rsync_copies_between_directories_of_this_machine_where_it_is_asked_to()
    {
        _user.WithFiles();
        _user.Mirror("--engine", "rsync").OrThrow();
        MirrorUser.AssertB3sum(_user.Target, MirrorUser.Manifest);
        Assert.Empty(RsyncOracle.Differences(_user.Source, _user.Target));
        _user.DamageTarget("big");
        Assert.Equal(1, _user.Mirror("--engine", "rsync").ExitCode);
        _user.Mirror("--engine", "rsync", "--repair").OrThrow();
        MirrorUser.AssertB3sum(_user.Target, MirrorUser.Manifest);
    }

    /// <summary>Another machine, on which <c>ferry</c> is or is not on PATH.</summary>
    private void MakeMachine(bool hasFerry)
    {
        _user.Tree.MakeDirectory("there/bin");
        if (hasFerry) _user.Tree.Symlink("there/bin/ferry", FerryBinary.Path);
        _user.Tree.Write("ssh", $"""
            #!/bin/sh
            [ "$1" = -l ] && shift 2
            shift
            HOME='{_user.Tree["there"]}'; export HOME; cd "$HOME" || exit 255
            PATH='{_user.Tree["there/bin"]}:/usr/bin:/bin'; export PATH
            exec sh -c "$*"

            """);
        _user.Tree.Chmod("ssh", "755");
        _user.Env["RSYNC_RSH"] = _user.Tree["ssh"];
    }

    /// <summary>Not <c>b3sum</c>, which reads no manifest with a name that is not UTF-8.</summary>
    private static void AssertSha256sum(string directory, string manifest) =>
        Tool.Run("sha256sum", ["--check", "--quiet", "--strict", manifest], new ToolOptions { Cwd = directory }).OrThrow();

    private void WriteHostile()
    {
        _user.WriteSource("new\nline", 10, 1);
        _user.WriteSource("$(touch x) 'quoted'", 10, 2);
        _user.Tree.Write([.. "src/caf"u8, 0xe9], "not text"u8);
        _user.Tree.Symlink("src/link", "big");
    }
}
