using Ferry.Testing;

namespace Ferry.Integration.Tests.Mirror;

/// <summary><c>ferry mirror</c> as people call it: its steps, what each reads and writes, and what a second run need not do.</summary>
public sealed class MirrorTests : IDisposable
{
    private readonly MirrorUser _user = new MirrorUser().WithFiles();

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry", "rsync", "b3sum")]
    public void A_mirror_is_a_copy_with_a_manifest_and_a_proof()
    {
        var result = _user.Mirror().OrThrow();
        Assert.Empty(result.Stdout);
        Assert.Equal(["pace", "copied", "manifest", "verified"], result.Stderr.TrimEnd('\n').Split('\n').Select(static line => line.Split(' ')[0]));
        Assert.Contains($"{MirrorUser.Files} files right", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(_user.Tree.Read("src/BLAKE3SUMS"), _user.Tree.Read("dst/BLAKE3SUMS"));
        Assert.Equal(MirrorUser.Files, MirrorUser.Listed(_user.Tree["dst/BLAKE3SUMS"]).Length);
        MirrorUser.AssertB3sum(_user.Target, MirrorUser.Manifest);
        Assert.All(RsyncOracle.Differences(_user.Source, _user.Target), static line => Assert.Matches("^.[df]\\.\\.t\\.+ (\\./|BLAKE3SUMS)$", line));
    }

    [RequiresFact("ferry", "b3sum")]
    public void Make_manifest_writes_what_b3sum_would_and_nothing_else()
    {
        _user.Run("--step", "make-manifest", _user.Source).OrThrow();
        var theirs = Tool.Bash("cd \"$1\"; find . -type f ! -path ./BLAKE3SUMS -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 b3sum", _user.Source).OrThrow().Text;
        Assert.Equal(theirs, _user.Tree.ReadText("src/BLAKE3SUMS"));
        Assert.False(Directory.Exists(_user.Target));
    }

    [RequiresFact("ferry", "sha256sum")]
    public void A_large_file_has_its_SHA256_in_the_manifest()
    {
        _user.WriteSource("large", 70_000_000, 7);
        _user.Mirror("--algo", "sha256").OrThrow();
        Tool.Run("sha256sum", ["--check", "--quiet", "SHA256SUMS"], new ToolOptions { Cwd = _user.Target }).OrThrow();
    }

    [RequiresFact("ferry", "sha256sum")]
    public void A_manifest_of_SHA256_is_what_sha256sum_would_write()
    {
        _user.Mirror("--algo", "sha256").OrThrow();
        var theirs = Tool.Bash("cd \"$1\"; find . -type f ! -path ./SHA256SUMS -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum", _user.Source).OrThrow().Text;
        Assert.Equal(theirs, _user.Tree.ReadText("dst/SHA256SUMS"));
        Assert.False(_user.Tree.Exists("dst/BLAKE3SUMS"));
        _user.Run("--step", "make-manifest", "--algo", "sha256", "--rehash", _user.Source).OrThrow();
        Assert.Equal(theirs, _user.Tree.ReadText("src/SHA256SUMS"));
        Assert.Equal(MirrorUser.Files, _user.Report("--step", "verify").GetProperty("verification").GetProperty("good").GetInt64());
    }

    [RequiresFact("ferry", "rsync")]
    public void Copy_makes_the_target_equal_and_writes_no_manifest()
    {
        _user.Mirror("--step", "copy").OrThrow();
        Assert.Empty(RsyncOracle.Differences(_user.Source, _user.Target));
        Assert.False(_user.Tree.Exists("src/BLAKE3SUMS") || _user.Tree.Exists("dst/BLAKE3SUMS"));
    }

    [RequiresFact("ferry")]
    public void Manifest_then_copy_then_verify_is_the_same_as_all_at_once()
    {
        _user.Run("--step", "make-manifest", _user.Source).OrThrow();
        _user.Mirror("--step", "copy").OrThrow();
        var found = _user.Report("--step", "verify").GetProperty("verification");
        Assert.Equal(MirrorUser.Files, found.GetProperty("good").GetInt64());
        Assert.Equal(MirrorUser.Bytes, found.GetProperty("bytes").GetInt64());
        var steps = _user.Tree.Read("dst/BLAKE3SUMS");
        Directory.Delete(_user.Target, recursive: true);
        File.Delete(_user.Tree["src/BLAKE3SUMS"]);
        _user.Mirror().OrThrow();
        Assert.Equal(steps, _user.Tree.Read("dst/BLAKE3SUMS"));
    }

    [RequiresFact("ferry")]
    public void Verify_names_what_is_changed_missing_and_extra_and_exits_with_1()
    {
        _user.Mirror().OrThrow();
        _user.DamageTarget("d1/f4");
        File.Delete(_user.Tree["dst/d2/f5"]);
        _user.Tree.Write("dst/d0/new", "not listed");
        var result = _user.Mirror("--step", "verify");
        Assert.Equal(1, result.ExitCode);
        foreach (var line in (string[])["changed   d1/f4: bytes 0-1003\n", "missing   d2/f5\n", "extra     d0/new\n"])
            Assert.Contains(line, result.Stderr, StringComparison.Ordinal);
        Assert.Contains("DIFFERS", result.Stderr, StringComparison.Ordinal);

        var json = MirrorUser.Json(_user.Mirror("--step", "verify", "--json"));
        Assert.Equal("differs", json.GetProperty("outcome").GetString());
        Assert.Equal(["d1/f4"], MirrorUser.Paths(json, "changed"));
        Assert.Equal(["d2/f5"], MirrorUser.Paths(json, "missing"));
        Assert.Equal(["d0/new"], MirrorUser.Paths(json, "extra"));
    }

    [RequiresFact("ferry")]
    public void An_extra_file_is_a_mismatch_only_where_that_is_asked_for()
    {
        _user.Mirror().OrThrow();
        _user.Tree.Write("dst/d0/new", "not listed");
        Assert.Equal(0, _user.Mirror("--step", "verify").ExitCode);
        Assert.Equal(1, _user.Mirror("--step", "verify", "--strict").ExitCode);
    }

    [RequiresFact("ferry")]
    public void Verify_without_a_target_verifies_the_source()
    {
        _user.Run("--step", "make-manifest", _user.Source).OrThrow();
        Assert.Equal(0, _user.Run("--step", "verify", _user.Source).ExitCode);
        File.AppendAllText(_user.Tree["src/d0/f0"], "more");
        var result = _user.Run("--step", "verify", _user.Source);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("changed   d0/f0\n", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "fuse")]
    public void The_source_is_read_once_and_by_later_runs_not_at_all()
    {
        using var mount = new SlowFs(_user.Source);
        _user.Run(mount.Path, _user.Target).OrThrow();
        Assert.Equal(MirrorUser.Bytes, mount.Stats()["read_bytes"]);

        var again = MirrorUser.Json(_user.Run("--json", mount.Path, _user.Target).OrThrow());
        Assert.Equal(MirrorUser.Bytes, mount.Stats()["read_bytes"]);
        Assert.Equal(0, again.GetProperty("copy").GetProperty("files").GetInt64());
        Assert.Equal(0, again.GetProperty("copy").GetProperty("bytes").GetInt64());
        Assert.Equal(MirrorUser.Files, again.GetProperty("verification").GetProperty("good").GetInt64());
    }

    [RequiresFact("ferry")]
    public void A_second_run_writes_nothing_to_files_that_are_right()
    {
        _user.Mirror().OrThrow();
        var before = Inodes();
        var report = _user.Report();
        Assert.Equal(before, Inodes());
        Assert.Equal(MirrorUser.Files, report.GetProperty("manifest").GetProperty("files").GetInt64());
    }

    [RequiresFact("ferry")]
    public void A_second_run_reads_only_what_has_changed()
    {
        _user.Mirror().OrThrow();
        _user.WriteSource("d0/f0", 5000, 500);
        _user.WriteSource("d0/added", 600, 501);
        var report = _user.Report();
        Assert.Equal(2, report.GetProperty("copy").GetProperty("files").GetInt64());
        Assert.Equal(5600, report.GetProperty("copy").GetProperty("bytes").GetInt64());
        Assert.Equal(MirrorUser.Files + 1, report.GetProperty("verification").GetProperty("good").GetInt64());
    }

    [RequiresFact("ferry")]
    public void A_manifest_that_is_made_again_reads_nothing_unless_that_is_asked_for()
    {
        _user.Run("--step", "make-manifest", _user.Source).OrThrow();
        var first = _user.Tree.Read("src/BLAKE3SUMS");
        Assert.Equal(0, Hashed());
        Assert.Equal(MirrorUser.Files, Hashed("--rehash"));
        Assert.Equal(first, _user.Tree.Read("src/BLAKE3SUMS"));

        long Hashed(params string[] options) => MirrorUser.Json(_user.Run([.. options, "--json", "--step", "make-manifest", _user.Source]).OrThrow())
            .GetProperty("manifest").GetProperty("hashed_files").GetInt64();
    }

    [RequiresFact("ferry", "fuse")]
    public void Rehash_reads_the_whole_source_again_and_writes_nothing()
    {
        using var mount = new SlowFs(_user.Source);
        _user.Run(mount.Path, _user.Target).OrThrow();
        var before = Inodes();
        var report = MirrorUser.Json(_user.Run("--rehash", "--json", mount.Path, _user.Target).OrThrow());
        Assert.Equal(2 * MirrorUser.Bytes, mount.Stats()["read_bytes"]);
        Assert.Equal(0, report.GetProperty("copy").GetProperty("files").GetInt64());
        Assert.Equal(before, Inodes());
    }

    [RequiresFact("ferry")]
    public void Rehash_finds_a_source_that_changed_under_its_old_size_and_times()
    {
        _user.Mirror().OrThrow();
        Tool.Bash("touch -r \"$1\" \"$2\"; printf X | dd of=\"$1\" conv=notrunc status=none; touch -r \"$2\" \"$1\"", $"{_user.Source}/d0/f0", _user.Tree["reference"]).OrThrow();
        var result = _user.Mirror("--rehash");
        // The target has the former bytes under the same size and time: as rsync, a copy takes it for the same, and the proof says that it is not.
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("changed   d0/f0: ", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void Only_new_reads_what_was_not_found_right_before()
    {
        _user.Mirror().OrThrow();
        var first = _user.Report("--step", "verify", "--only-new").GetProperty("verification");
        Assert.Equal(MirrorUser.Files, first.GetProperty("unchanged").GetInt64());
        File.WriteAllBytes(_user.Tree["dst/d0/f0"], _user.Tree.Read("src/d0/f0"));
        var second = _user.Report("--step", "verify", "--only-new").GetProperty("verification");
        Assert.Equal(1, second.GetProperty("good").GetInt64());
        Assert.Equal(MirrorUser.Files - 1, second.GetProperty("unchanged").GetInt64());
        File.WriteAllText(_user.Tree["dst/d0/f0"], "wrong");
        Assert.Equal(1, _user.Mirror("--step", "verify", "--only-new").ExitCode);
        Assert.Equal(1, _user.Mirror("--step", "verify", "--only-new").ExitCode);
    }

    [RequiresFact("ferry")]
    public void The_parts_of_a_sample_are_together_all_files_and_each_file_once()
    {
        _user.Mirror().OrThrow();
        var parts = Enumerable.Range(1, 5).Select(part => _user.Report("--step", "verify", "--sample", $"{part}/5").GetProperty("verification")).ToList();
        Assert.Equal(MirrorUser.Files, parts.Sum(static part => part.GetProperty("good").GetInt64()));
        Assert.Equal(MirrorUser.Bytes, parts.Sum(static part => part.GetProperty("bytes").GetInt64()));
        Assert.All(parts, static part => Assert.Equal(MirrorUser.Files, part.GetProperty("good").GetInt64() + part.GetProperty("outside_sample").GetInt64()));

        // Each file is found wrong in just one of them.
        _user.DamageTarget("d1/f4");
        Assert.Single(Enumerable.Range(1, 5), part => _user.Mirror("--step", "verify", "--sample", $"{part}/5").ExitCode == 1);
    }

    [RequiresFact("ferry")]
    public void A_dry_run_says_what_would_be_copied_and_writes_nothing_anywhere()
    {
        _ = _user.RunEnv;
        foreach (var step in (string[])["all", "copy"])
        {
            var before = MirrorUser.Everything(_user.Tree.Path);
            var result = _user.Mirror("--step", step, "--dry-run").OrThrow();
            Assert.Contains($"copy {MirrorUser.Files} files", result.Stderr, StringComparison.Ordinal);
            Assert.Equal(before, MirrorUser.Everything(_user.Tree.Path));
        }

        _user.Mirror().OrThrow();
        _user.WriteSource("d0/f0", 5000, 500);
        var existing = MirrorUser.Everything(_user.Tree.Path);
        var copy = _user.Report("--dry-run").GetProperty("copy");
        Assert.Equal(1, copy.GetProperty("planned_files").GetInt64());
        Assert.Equal(5000, copy.GetProperty("planned_bytes").GetInt64());
        Assert.Equal(existing, MirrorUser.Everything(_user.Tree.Path));
    }

    /// <summary>What changes if a file of the target is written again.</summary>
    private string Inodes() => Tool.Bash("cd \"$1\"; find . -type f ! -name BLAKE3SUMS -printf '%i %T@ %p\\n' | sort", _user.Target).OrThrow().Text;
}
