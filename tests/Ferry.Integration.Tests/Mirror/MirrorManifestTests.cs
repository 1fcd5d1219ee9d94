using Ferry.Testing;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>Where the manifest of a mirror lies, what it lists, and that it goes through pipes.</summary>
public sealed class MirrorManifestTests : IDisposable
{
    private readonly MirrorUser _user = new MirrorUser().WithFiles();

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry", "b3sum")]
    public void A_manifest_goes_through_gzip_and_back()
    {
        _user.Mirror("--step", "copy").OrThrow();
        var result = _user.Script("""
            set -e
            ferry mirror --step make-manifest --manifest - "$1" | gzip > manifest.gz
            zcat manifest.gz | ferry mirror --step verify --manifest - "$1" "$2"
            zcat manifest.gz > plain
            """);
        Assert.True(result.ExitCode == 0 && result.Text.Length == 0, result.ToString());
        Assert.Contains($"{MirrorUser.Files} files right", result.Stderr, StringComparison.Ordinal);
        MirrorUser.AssertB3sum(_user.Target, _user.Tree["plain"]);
        Assert.False(_user.Tree.Exists("src/BLAKE3SUMS") || _user.Tree.Exists("dst/BLAKE3SUMS"));

        _user.DamageTarget("d0/f0");
        result = _user.Script("zcat manifest.gz | ferry mirror --step verify --manifest - \"$1\" \"$2\"");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("changed   d0/f0: ", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "b3sum")]
    public void All_at_once_streams_the_manifest_of_what_was_copied()
    {
        var result = _user.Script("ferry mirror --manifest - \"$1\" \"$2\" | gzip > manifest.gz && zcat manifest.gz > plain");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(MirrorUser.Files, MirrorUser.Listed(_user.Tree["plain"]).Length);
        MirrorUser.AssertB3sum(_user.Target, _user.Tree["plain"]);
        Assert.False(_user.Tree.Exists("src/BLAKE3SUMS") || _user.Tree.Exists("dst/BLAKE3SUMS"));
    }

    [RequiresFact("ferry")]
    public void A_manifest_in_a_pipe_that_is_cut_is_no_manifest()
    {
        _user.Mirror("--step", "copy").OrThrow();
        var result = _user.Script("ferry mirror --step make-manifest --manifest - \"$1\" | head -c 1000 | ferry mirror --step verify --manifest - \"$1\" \"$2\"");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("standard input: line", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(2, _user.Script("ferry mirror --step verify --manifest - \"$1\" \"$2\" < /dev/null").ExitCode);
    }

    [RequiresFact("ferry")]
    public void A_manifest_that_nobody_takes_is_a_failure()
    {
        var result = _user.Script("ferry mirror --step make-manifest --manifest - \"$1\" > /dev/full");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("No space left on device", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresTheory("ferry", "b3sum")]
    [InlineData("elsewhere/of the run.b3")]
    [InlineData("src/sums/[run] 1*.b3")]
    [InlineData("dst/sums/back\\slash.b3")]
    [InlineData("src/#sums.b3")]
    [InlineData("src/!sums.b3")]
    [InlineData("src/trailing ")]
    public void A_manifest_may_lie_anywhere_and_never_lists_itself(string relative)
    {
        var path = _user.Tree[relative];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var run = 0; run < 2; run++)
        {
            _user.Mirror("--manifest", path).OrThrow();
            Assert.Equal(MirrorUser.Files, MirrorUser.Listed(path).Length);
            MirrorUser.AssertB3sum(_user.Target, path);
            // As strict only if it does not change the time of a directory in just one of the trees.
            _user.Mirror(["--step", "verify", "--manifest", path, .. relative.Contains("/sums/", StringComparison.Ordinal) ? (string[])[] : ["--strict"]]).OrThrow();
        }

        _user.Run("--step", "make-manifest", "--manifest", path, _user.Source).OrThrow();
        Assert.Equal(MirrorUser.Files, MirrorUser.Listed(path).Length);
        Assert.False(_user.Tree.Exists("src/BLAKE3SUMS") || _user.Tree.Exists("dst/BLAKE3SUMS"));
    }

    [RequiresFact("ferry")]
    public void A_manifest_may_have_a_bare_name()
    {
        FerryBinary.Run(["mirror", "--manifest", "sums", "src", "dst"], _user.RunEnv, _user.Tree.Path).OrThrow();
        FerryBinary.Run(["mirror", "--step", "verify", "--manifest", "sums", "src", "dst"], _user.RunEnv, _user.Tree.Path).OrThrow();
        Assert.Equal(MirrorUser.Files, MirrorUser.Listed(_user.Tree["sums"]).Length);
    }

    [RequiresFact("ferry")]
    public void Verify_takes_the_targets_manifest_first_and_then_the_sources()
    {
        _user.Mirror().OrThrow();
        Assert.Equal($"{_user.Target}/BLAKE3SUMS", ManifestOfVerify());
        File.Delete(_user.Tree["dst/BLAKE3SUMS"]);
        Assert.Equal($"{_user.Source}/BLAKE3SUMS", ManifestOfVerify());
        File.Delete(_user.Tree["src/BLAKE3SUMS"]);
        var result = _user.Mirror("--step", "verify");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("there is no BLAKE3SUMS or SHA256SUMS", result.Stderr, StringComparison.Ordinal);

        string ManifestOfVerify() => _user.Report("--step", "verify").GetProperty("verification").GetProperty("manifest").GetString()!;
    }

    [RequiresFact("ferry", "sha256sum", "b3sum")]
    public void A_manifest_that_other_tools_wrote_is_verified_by_its_algorithm()
    {
        _user.Mirror("--step", "copy").OrThrow();
        Tool.Bash("cd \"$1\"; find . -type f -print0 | xargs -0 sha256sum > ../SHA256SUMS; mv ../SHA256SUMS .", _user.Source).OrThrow();
        Assert.Equal(0, _user.Mirror("--step", "verify").ExitCode);
        _user.DamageTarget("d0/f0");
        Assert.Equal(1, _user.Mirror("--step", "verify").ExitCode);
    }

    [RequiresFact("ferry", "b3sum")]
    public void Names_that_need_escapes_are_written_as_b3sum_reads_them()
    {
        foreach (var name in (string[])["new\nline", "back\\slash", " leading", "trailing ", "-rf", "*", "caf\u00e9", "\\n"]) _user.Tree.Write($"src/odd/{name}", name);
        _user.Mirror().OrThrow();
        Assert.Equal(0, _user.Mirror("--step", "verify", "--strict").ExitCode);
        var read = Tool.Run("b3sum", ["--check", "BLAKE3SUMS"], new ToolOptions { Cwd = _user.Target });
        Assert.True(read.ExitCode == 0, read.ToString());
        Assert.Equal(MirrorUser.Files + 8, read.Lines.Length);
    }

    [RequiresFact("ferry", "fuse")]
    public void A_manifest_is_complete_or_called_otherwise()
    {
        using var mount = new SlowFs(_user.Source, fail: ["read:EIO:path=/d1/f4"]);
        var made = _user.Run("--step", "make-manifest", mount.Path);
        Assert.Equal(2, made.ExitCode);
        Assert.False(_user.Tree.Exists("src/BLAKE3SUMS"));
        Assert.Equal(MirrorUser.Files - 1, MirrorUser.Listed(_user.Tree["src/BLAKE3SUMS.incomplete"]).Length);

        var all = _user.Run(mount.Path, _user.Target);
        Assert.Equal(2, all.ExitCode);
        Assert.Contains("/d1/f4", all.Stderr, StringComparison.Ordinal);
        Assert.Contains("EIO", all.Stderr, StringComparison.Ordinal);
        Assert.False(_user.Tree.Exists("dst/BLAKE3SUMS"));
        Assert.Equal(MirrorUser.Files - 1, MirrorUser.Listed(_user.Tree["dst/BLAKE3SUMS.incomplete"]).Length);

        mount.Set("fail", "");
        _user.Run(mount.Path, _user.Target).OrThrow();
        Assert.Equal(MirrorUser.Files, MirrorUser.Listed(_user.Tree["dst/BLAKE3SUMS"]).Length);
        Assert.False(_user.Tree.Exists("dst/BLAKE3SUMS.incomplete"));
    }

    [RequiresFact("ferry", "fuse")]
    public void A_manifest_of_any_name_that_lacks_a_file_has_another_name()
    {
        using var mount = new SlowFs(_user.Source, fail: ["read:EIO:path=/d1/f4"]);
        foreach (string[] line in (string[][])[["--step", "make-manifest", mount.Path], [mount.Path, _user.Target]])
        {
            Assert.Equal(2, _user.Run(["--manifest", _user.Tree["sums"], .. line]).ExitCode);
            Assert.False(_user.Tree.Exists("sums"));
            Assert.Equal(MirrorUser.Files - 1, MirrorUser.Listed(_user.Tree["sums.incomplete"]).Length);
            File.Delete(_user.Tree["sums.incomplete"]);
        }
    }

    [RequiresFact("ferry", "rsync")]
    public void A_tree_without_files_is_mirrored()
    {
        using var user = new MirrorUser();
        user.Tree.MakeDirectory("src/empty");
        user.Tree.Symlink("src/link", "nowhere");
        user.Mirror("--manifest", user.Tree["sums"]).OrThrow();
        Assert.Empty(RsyncOracle.Differences(user.Source, user.Target));
        Assert.Empty(user.Tree.Read("sums"));
        user.Mirror().OrThrow();
        user.Mirror().OrThrow();
    }

    [RequiresFact("ferry", "fuse")]
    public void A_source_that_cannot_be_listed_is_named()
    {
        using var mount = new SlowFs(_user.Source, fail: ["opendir:EIO:path=/"]);
        foreach (string[] line in (string[][])[["--step", "make-manifest", mount.Path], [mount.Path, _user.Target]])
        {
            var result = _user.Run(line);
            Assert.Equal(2, result.ExitCode);
            Assert.Contains($"{mount.Path}: ", result.Stderr, StringComparison.Ordinal);
            Assert.Contains("EIO", result.Stderr, StringComparison.Ordinal);
        }

        Assert.False(_user.Tree.Exists("dst/BLAKE3SUMS") || _user.Tree.Exists("src/BLAKE3SUMS"));
    }

    [RequiresFact("ferry", "root", "setpriv")]
    public void A_source_that_may_not_be_written_has_its_manifest_in_the_target_alone()
    {
        Tool.Run("chmod", ["755", _user.Tree.Path]).OrThrow();
        foreach (var name in (string[])["home", "dst"])
            Tool.Run("chown", ["-R", $"{Fidelity.NormalUser.Id}", _user.Tree.MakeDirectory(name)]).OrThrow();
        var result = Fidelity.NormalUser.Run(Fidelity.NormalUser.Id, ["mirror", _user.Source, _user.Target], _user.RunEnv);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains($"none in the source: {_user.Source}", result.Stderr, StringComparison.Ordinal);
        Assert.False(_user.Tree.Exists("src/BLAKE3SUMS"));
        Assert.Equal(MirrorUser.Files, MirrorUser.Listed(_user.Tree["dst/BLAKE3SUMS"]).Length);
    }
}
