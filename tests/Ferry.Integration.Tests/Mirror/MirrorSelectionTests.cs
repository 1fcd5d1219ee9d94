using Ferry.Testing;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>Which names take part in a mirror, and when it stops.</summary>
public sealed class MirrorSelectionTests : IDisposable
{
    private readonly MirrorUser _user = new();

    public MirrorSelectionTests()
    {
        foreach (var (name, i) in ((string[])[".DS_Store", "._a", "a", "d/.DS_Store", "d/._b", "d/b", "d/b.tmp", "d/keep.tmp", "logs/one.log", "e/logs/two.log"]).Select(static (name, i) => (name, i)))
            _user.WriteSource(name, 100 + i, i);
    }

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void What_macOS_leaves_takes_no_part_unless_that_is_asked_for()
    {
        _user.Mirror().OrThrow();
        string[] expected = ["BLAKE3SUMS", "a", "d/b", "d/b.tmp", "d/keep.tmp", "e/logs/two.log", "logs/one.log"];
        Assert.Equal(expected, _user.Tree.Files("dst"));
        Assert.Equal(expected[1..], MirrorUser.Listed(_user.Tree["dst/BLAKE3SUMS"]));
        Assert.Equal(0, _user.Mirror("--step", "verify", "--strict").ExitCode);

        _user.Mirror("--include-all").OrThrow();
        Assert.Equal(10, MirrorUser.Listed(_user.Tree["dst/BLAKE3SUMS"]).Length);
        Assert.Equal(_user.Tree.Read("src/d/._b"), _user.Tree.Read("dst/d/._b"));
    }

    [RequiresFact("ferry")]
    public void Exclude_and_include_choose_as_gitignore_does()
    {
        string[] options = ["--exclude", "*.tmp", "--exclude", "/logs/", "--include", "keep.tmp"];
        _user.Mirror(options).OrThrow();
        string[] expected = ["a", "d/b", "d/keep.tmp", "e/logs/two.log"];
        Assert.Equal(expected, MirrorUser.Listed(_user.Tree["dst/BLAKE3SUMS"]));
        Assert.Equal(["BLAKE3SUMS", .. expected], _user.Tree.Files("dst"));
        Assert.Equal(expected, _user.Script("ferry mirror --step make-manifest --manifest - --exclude '*.tmp' --exclude /logs/ --include keep.tmp \"$1\"").Lines.Select(static line => line[66..]));
        Assert.Equal(0, _user.Mirror([.. options, "--step", "verify", "--strict"]).ExitCode);
    }

    [RequiresFact("ferry")]
    public void What_is_listed_is_verified_although_it_would_be_excluded_now()
    {
        _user.Mirror().OrThrow();
        _user.DamageTarget("d/b.tmp");
        var result = _user.Mirror("--step", "verify", "--exclude", "*.tmp");
        // Either it is looked at, or the manifest's line has no file: never is it taken for right.
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("d/b.tmp", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void A_pattern_that_is_none_is_refused()
    {
        var result = _user.Mirror("--exclude", "[z-a");
        Assert.True(result.ExitCode is 0 or 2, result.ToString());
        Assert.Equal(2, _user.Mirror("--sample", "6/5", "--step", "verify").ExitCode);
        Assert.Equal(2, _user.Mirror("--max-errors", "-1").ExitCode);
    }

    [RequiresFact("ferry", "fuse")]
    public void It_stops_after_more_failures_than_are_allowed()
    {
        for (var i = 0; i < 300; i++) _user.WriteSource($"many/f{i}", 10, i);
        using var mount = new SlowFs(_user.Source, fail: ["read:EIO:path=/many/*"]);
        var stopped = _user.Run("--jobs", "1", "--max-errors", "3", "--json", mount.Path, _user.Target);
        Assert.Equal(2, stopped.ExitCode);
        Assert.Contains("stopped after more than 3 failures", stopped.Stderr, StringComparison.Ordinal);
        Assert.InRange(MirrorUser.Json(stopped).GetProperty("problems").GetArrayLength(), 4, 100);
        Assert.False(_user.Tree.Exists("dst/BLAKE3SUMS"));

        var all = _user.Run("--json", mount.Path, _user.Target);
        Assert.Equal(2, all.ExitCode);
        Assert.Equal(300, MirrorUser.Json(all).GetProperty("problems").GetArrayLength());

        mount.Set("fail", "");
        _user.Run("--max-errors", "3", mount.Path, _user.Target).OrThrow();
    }

    [RequiresFact("ferry", "fuse")]
    public void A_manifest_that_too_many_files_are_missing_from_is_not_written()
    {
        for (var i = 0; i < 300; i++) _user.WriteSource($"many/f{i}", 10, i);
        using var mount = new SlowFs(_user.Source, fail: ["read:EIO:path=/many/*"]);
        var result = _user.Run("--step", "make-manifest", "--max-errors", "3", mount.Path);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("no manifest was written", result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain(_user.Tree.Files("src"), static name => name.StartsWith("BLAKE3SUMS", StringComparison.Ordinal));
    }
}
