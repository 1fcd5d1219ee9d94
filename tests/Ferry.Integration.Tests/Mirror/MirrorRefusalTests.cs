using Ferry.Testing;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>What a mirror refuses, in one line and with exit code 2; and ends that look wrong and are right.</summary>
public sealed class MirrorRefusalTests : IDisposable
{
    private readonly MirrorUser _user = new();

    public MirrorRefusalTests()
    {
        _user.WriteSource("a", 100, 1);
        _user.WriteSource("d/b", 200, 2);
    }

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void Ends_that_are_the_same_or_lie_in_each_other_are_refused()
    {
        _user.Tree.Symlink("link", _user.Source);
        _user.Tree.Symlink("below", _user.Tree["src/d"]);
        AssertRefused("is the source itself", _user.Source, _user.Source);
        AssertRefused("is the source itself", _user.Source, _user.Source + "/");
        AssertRefused("is the source itself", _user.Source, _user.Source + "/d/..");
        AssertRefused("is the source itself", _user.Source, _user.Tree["link"]);
        AssertRefused("lies inside the source", _user.Source, _user.Tree["src/d"]);
        AssertRefused("lies inside the source", _user.Source, _user.Tree["src/new/dst"]);
        AssertRefused("lies inside the source", _user.Source, _user.Tree["link/new"]);
        AssertRefused("lies inside the source", _user.Source, _user.Tree["below"]);
        AssertRefused("lies inside the destination", _user.Tree["src/d"], _user.Source);
        AssertRefused("lies inside the destination", _user.Source, _user.Tree.Path);
        Assert.Equal(["a", "d/b"], _user.Tree.Files("src"));
    }

    [RequiresFact("ferry", "rsync")]
    public void Ends_whose_names_begin_alike_are_two_trees()
    {
        _user.Run(_user.Source, _user.Source + "2").OrThrow();
        _user.Run(_user.Tree["src2/d"], _user.Tree["src/d2"]).OrThrow();
        Assert.Equal(_user.Tree.Read("src/d/b"), _user.Tree.Read("src/d2/b"));
    }

    [RequiresFact("ferry")]
    public void Ends_that_are_no_directories_are_refused_and_named()
    {
        var file = _user.Tree.Write("file", "x");
        AssertRefused($"the source {file} is not a directory", file, _user.Target);
        AssertRefused($"the source {_user.Tree["none"]} does not exist", _user.Tree["none"], _user.Target);
        AssertRefused($"the destination {file} is not a directory", _user.Source, file);
        AssertRefused($"{file}/below", _user.Source, file + "/below");
        AssertRefused($"the destination {_user.Tree["none"]} does not exist", "--step", "verify", _user.Source, _user.Tree["none"]);
        AssertRefused($"the source {file} is not a directory", "--step", "make-manifest", file);
        Assert.False(Directory.Exists(_user.Target));
    }

    [RequiresFact("ferry")]
    public void A_dry_run_refuses_what_the_run_would()
    {
        var file = _user.Tree.Write("file", "x");
        AssertRefused("is not a directory", "--dry-run", _user.Source, file);
        AssertRefused("is the source itself", "--dry-run", _user.Source, _user.Source);
    }

    [RequiresFact("ferry")]
    public void Usage_that_makes_no_sense_is_refused()
    {
        AssertRefused("DST is missing", _user.Source);
        AssertRefused("DST is missing", "--step", "copy", _user.Source);
        AssertRefused("did you mean verify?", "--step", "verfy", _user.Source, _user.Target);
        AssertRefused("--algo must be auto, blake3 or sha256, not 'md5'", "--algo", "md5", _user.Source, _user.Target);
        AssertRefused("--jobs must be a whole number from 1", "--jobs", "0", _user.Source, _user.Target);
        AssertRefused("--blake3-threads must be", "--blake3-threads", "many", _user.Source, _user.Target);
        AssertRefused("a path is empty", _user.Source, "");
        AssertRefused("would both write to standard output", "--json", "--manifest", "-", _user.Source, _user.Target);
        AssertRefused("--bandwidth-limit", "--bandwidth-limit", "fast", _user.Source, _user.Target);
        AssertRefused("--ionice", "--ionice", "realtime", _user.Source, _user.Target);
        AssertRefused("--delete removes files", "--delete", _user.Source, _user.Target);
        Assert.False(Directory.Exists(_user.Target));
    }

    [RequiresTheory("ferry")]
    [InlineData("MIRROR_JOBS", "0")]
    [InlineData("MIRROR_JOBS", "-3")]
    [InlineData("MIRROR_JOBS", "four")]
    [InlineData("MIRROR_JOBS", "4 ")]
    [InlineData("MIRROR_JOBS", "99999999999999999999")]
    [InlineData("MIRROR_B3THREADS", "-1")]
    [InlineData("MIRROR_B3THREADS", "1.5")]
    public void Variables_of_wrong_values_are_named(string variable, string value)
    {
        _user.Env[variable] = value;
        AssertRefused($"{variable} must be a whole number", _user.Source, _user.Target);
        // What the command line says counts.
        _user.Mirror("--jobs", "2", "--blake3-threads", "2").OrThrow();
    }

    [RequiresTheory("ferry")]
    [InlineData("1", "1")]
    [InlineData("32", "8")]
    [InlineData("auto", "0")]
    [InlineData("", "")]
    public void Variables_of_the_older_tool_are_taken(string jobs, string threads)
    {
        (_user.Env["MIRROR_JOBS"], _user.Env["MIRROR_B3THREADS"]) = (jobs, threads);
        _user.Mirror().OrThrow();
    }

    [RequiresFact("ferry", "rsync")]
    public void Trailing_slashes_and_odd_paths_mean_what_they_say()
    {
        foreach (var (from, to) in ((string, string)[])[("src/", "one/"), ("src//", "two//"), ("src/.", "deep/er/three/."), ("./src", "with blank"), ("src", "new\nline"), ("src", "caf\u00e9 [x]*")])
        {
            FerryBinary.Run(["mirror", from, to], _user.RunEnv, _user.Tree.Path).OrThrow();
            Assert.Equal(["BLAKE3SUMS", "a", "d/b"], _user.Tree.Files(to));
        }

        FerryBinary.Run(["mirror", "new\nline", "from new line"], _user.RunEnv, _user.Tree.Path).OrThrow();
        Assert.Equal(["BLAKE3SUMS", "a", "d/b"], _user.Tree.Files("from new line"));
    }

    [RequiresFact("ferry")]
    public void Paths_that_begin_with_a_dash_follow_two_dashes()
    {
        Tool.Run("mv", ["src", "./-src"], new ToolOptions { Cwd = _user.Tree.Path }).OrThrow();
        FerryBinary.Run(["mirror", "--jobs", "1", "--", "-src", "--json"], _user.RunEnv, _user.Tree.Path).OrThrow();
        Assert.Equal(["BLAKE3SUMS", "a", "d/b"], _user.Tree.Files("--json"));
    }

    [RequiresFact("ferry")]
    public void A_state_directory_that_cannot_be_written_is_named()
    {
        _user.Env["XDG_STATE_HOME"] = _user.Tree.Write("state", "a file");
        AssertRefused(_user.Tree["state"], _user.Source, _user.Target);
        AssertRefused(_user.Tree["state"], "--step", "make-manifest", _user.Source);
    }

    [RequiresFact("ferry")]
    public void A_directory_that_a_file_would_replace_stays_with_what_is_in_it()
    {
        _user.Tree.Write("dst/a/precious", "of somebody");
        var result = _user.Mirror();
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"{_user.Target}/a: ", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("of somebody", _user.Tree.ReadText("dst/a/precious"));
        Assert.Equal(_user.Tree.Read("src/d/b"), _user.Tree.Read("dst/d/b"));
        Assert.False(_user.Tree.Exists("dst/BLAKE3SUMS"));
    }

    private void AssertRefused(string reason, params string[] args)
    {
        var result = _user.Run(args);
        Assert.True(result.ExitCode == 2 && result.Stdout.Length == 0, $"{string.Join(' ', args)}: {result}");
        Assert.Matches("^ferry: [^\n]+\n$", result.Stderr);
        Assert.Contains(reason, result.Stderr, StringComparison.Ordinal);
    }
}
