using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

public sealed class SourceTests : IDisposable
{
    private readonly FerryUser _user = new();

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void A_missing_source_is_named_and_gets_no_target_and_the_others_are_exported()
    {
        _user.Tree.Write("good/file", "x");
        _user.ConfigureCaches([("MISSING", _user.Tree["not-there"]), ("GOOD", _user.Tree["good"])]);
        var result = _user.Run("sync");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"export GOOD={_user.Scratch}/.cache/ferry/GOOD\n", result.Text);
        Assert.Single(result.Stderr.Split('\n'), line => line.Contains($"the source {_user.Tree["not-there"]} does not exist", StringComparison.Ordinal));
        Assert.False(Directory.Exists($"{_user.Scratch}/.cache/ferry/MISSING"));
        Assert.False(Directory.Exists(_user.Tree["not-there"]));
    }

    [RequiresFact("ferry")]
    public void A_source_that_is_a_file_is_refused() => Refused(_user.Tree.Write("file", "x"), "is not a directory");

    [RequiresFact("ferry")]
    public void A_dangling_link_as_source_is_refused()
    {
        _user.Tree.Symlink("link", "nowhere");
        Refused(_user.Tree["link"], "does not exist");
    }

    [RequiresFact("ferry")]
    public void A_link_to_itself_as_source_is_refused()
    {
        _user.Tree.Symlink("link", "link");
        Refused(_user.Tree["link"], "link", "ELOOP");
    }

    [RequiresFact("ferry")]
    public void A_source_around_scratch_is_refused()
    {
        _ = _user.Scratch;
        Refused(_user.Tree.Path, "lies inside the source");
    }

    [RequiresFact("ferry")]
    public void A_source_around_scratch_behind_a_link_is_refused()
    {
        _user.Tree.MakeDirectory("around/scratch");
        Directory.Delete(_user.Scratch);
        _user.Tree.Symlink("scratch", "around/scratch");
        _user.Tree.Symlink("innocent", "around");
        Refused(_user.Tree["innocent"], "lies inside the source");
    }

    [RequiresTheory("ferry")]
    [InlineData("scratch/.cache/ferry/CACHE/sub")]
    [InlineData("scratch/.cache/ferry/CACHE")]
    public void A_source_within_its_own_target_is_refused(string source)
    {
        _user.Tree.Write($"{source}/file", "x");
        _user.Tree.Chmod("scratch/.cache", "700");
        _user.Tree.Chmod("scratch/.cache/ferry", "700");
        Refused(_user.Tree[source], "lies inside");
        _user.Tree.Symlink("innocent", source);
        Refused(_user.Tree["innocent"], "lies inside");
    }

    [RequiresFact("ferry")]
    public void A_file_that_vanishes_while_it_is_read_is_no_failure()
    {
        for (var i = 0; i < 3_000; i++) _user.Tree.Write($"source/file{i:d4}", "x");
        _user.ConfigureCaches([("CACHE", _user.Tree["source"])]);
        using var running = _user.Start("sync", "--verbose");
        for (var i = 2_999; i >= 0 && !running.HasExited; i--) File.Delete(_user.Tree[$"source/file{i:d4}"]);
        var result = running.Wait();
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.All(
            result.Stderr.TrimEnd('\n').Split('\n').Where(line => line.Contains("source/", StringComparison.Ordinal)),
            line => Assert.Contains("vanished", line, StringComparison.Ordinal));
    }

    private void Refused(string source, params string[] words)
    {
        _user.ConfigureCaches([("CACHE", source)]);
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 1, ["CACHE", .. words]);
    }
}
