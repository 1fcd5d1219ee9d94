using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

/// <summary>What a push finds on either side that it cannot work with: it says so in one line and loses nothing.</summary>
public sealed class PushTests
{
    private const string Staged = $"scratch/.cache/ferry/{StagedCache.Variable}";
    private const string Beside = $"scratch/.cache/ferry/.{StagedCache.Variable}";

    [RequiresTheory("ferry")]
    [InlineData]
    [InlineData("--dry-run")]
    [InlineData("--conflict=scratch")]
    public void A_link_in_place_of_the_staged_tree_is_refused(params string[] options)
    {
        using var cache = WithChanges();
        Directory.Move(cache.Target, cache.Tree["elsewhere"]);
        cache.Tree.Symlink(Staged, cache.Tree["elsewhere"]);
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Run(["push", .. options]), 1, cache.Target, "is a symbolic link");
    }

    [RequiresFact("ferry")]
    public void A_file_in_place_of_the_staged_tree_is_refused()
    {
        using var cache = WithChanges();
        Directory.Move(cache.Target, cache.Tree["elsewhere"]);
        File.WriteAllText(cache.Target, "precious");
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Run("push"), 1, cache.Target, "is not a directory; move it away");
    }

    [RequiresTheory("ferry")]
    [InlineData(Staged)]
    [InlineData("scratch/.cache/ferry")]
    [InlineData("scratch/.cache")]
    public void Where_nothing_is_staged_there_is_nothing_to_push(string missing)
    {
        using var cache = WithChanges();
        Directory.Delete(cache.Tree[missing], recursive: true);
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Run("push"), 0, "nothing staged, nothing to push");
    }

    [RequiresTheory("ferry")]
    [InlineData("rm -r source", "does not exist; create it, or disable the cache")]
    [InlineData("mv source gone && echo x > source", "is not a directory")]
    [InlineData("mv source gone && ln -s nowhere source", "does not exist")]
    [InlineData("mv source gone && ln -s source source", "ELOOP")]
    [InlineData("rm -r source && ln -s " + Staged + " source", "lies inside")]
    public void A_source_that_is_none_is_refused(string script, params string[] words)
    {
        using var cache = WithChanges();
        Tool.Bash($"cd \"$1\" && {script}", cache.Tree.Path).OrThrow();
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Run("push"), 1, [StagedCache.Variable, cache.Source, .. words]);
    }

    [RequiresFact("ferry")]
    public void A_source_that_is_a_link_to_a_directory_is_followed()
    {
        using var cache = WithChanges();
        Directory.Move(cache.Source, cache.Tree["moved"]);
        cache.Tree.Symlink("source", "moved");
        cache.Run("push").OrThrow();
        Assert.Equal("by a job", cache.Tree.ReadText("moved/file"));
    }

    [RequiresFact("ferry", "root", "setpriv")]
    public void A_source_that_cannot_be_read_or_written_is_named()
    {
        using var cache = WithChanges(NormalUser.Id);
        cache.Tree.Chmod("source", "0");
        Refusal.ExpectUntouched(cache.Root, () => cache.Run("push"), 1, cache.Source, "EACCES");
        cache.Tree.Chmod("source", "555");
        var result = cache.Run("push");
        AssertFails(result, $"{cache.Source}/new: Permission denied");
        Assert.False(cache.Tree.Exists("source/new"));
        Assert.Contains(" new\n", cache.Tree.ReadText($"{Beside}.unpushed"), StringComparison.Ordinal);
        cache.Tree.Chmod("source", "755");
        cache.Run("push").OrThrow();
        Assert.False(cache.Tree.Exists($"{Beside}.unpushed"));
        Assert.Equal("by a job", cache.Tree.ReadText("source/new"));
    }

    [RequiresFact("ferry", "root")]
    public void A_read_only_source_is_named_and_nothing_is_lost()
    {
        using var cache = WithChanges();
        using var mount = new SmallFileSystem(cache.Source, "size=5m");
        cache.Tree.Write("source/other", "x");
        mount.Remount("ro");
        AssertFails(cache.Run("push", "--conflict", "scratch"), "Read-only file system");
        Assert.Equal("by a job", File.ReadAllText(cache.Target + "/new"));
        mount.Remount("rw");
        cache.Run("push", "--conflict", "scratch").OrThrow();
        Assert.Equal("by a job", cache.Tree.ReadText("source/new"));
    }

    [RequiresFact("ferry", "root")]
    public void A_full_source_keeps_what_it_had_and_the_next_push_goes_on()
    {
        using var cache = new StagedCache();
        using var mount = new SmallFileSystem(cache.Source, "size=1m");
        cache.Tree.Write("source/file", "staged");
        cache.Sync().OrThrow();
        cache.Tree.WriteRandom($"{Staged}/a-large", 3_000_000);
        cache.Tree.Write($"{Staged}/file", "by a job");
        var result = cache.Run("push");
        AssertFails(result, "the source is full", "make room and push again");
        Assert.False(cache.Tree.Exists("source/a-large"));
        Assert.Contains(cache.Tree.ReadText("source/file"), (string[])["staged", "by a job"]);
        Assert.Contains("3000000 a-large\n", cache.Tree.ReadText($"{Beside}.unpushed"), StringComparison.Ordinal);
        mount.Remount("size=10m");
        cache.Run("push").OrThrow();
        StagedCache.AssertEqualTrees(cache.Source, cache.Target);
    }

    [RequiresFact("ferry", "root")]
    public void No_room_for_the_version_that_loses_is_not_blamed_on_the_source()
    {
        using var cache = new StagedCache();
        using var mount = new SmallFileSystem(cache.Tree["scratch"], "size=2m");
        cache.Tree.WriteRandom("source/large", 1_500_000, seed: 1);
        cache.Tree.Write("source/small", "staged");
        cache.Sync().OrThrow();
        cache.Tree.WriteRandom("source/large", 1_500_000, seed: 2);
        cache.Tree.WriteRandom($"{Staged}/large", 1_500_000, seed: 3);
        cache.Tree.Write($"{Staged}/small", "by a job");
        var version = cache.Tree.Read("source/large");

        var result = cache.Run("push", "--conflict", "scratch");
        AssertFails(result, ".kept: No space left on device");
        Assert.DoesNotContain("the source is full", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(version, cache.Tree.Read("source/large"));
        Assert.Equal("by a job", cache.Tree.ReadText("source/small"));
    }

    [RequiresTheory("ferry")]
    [InlineData("mkdir $.unpushed", ".unpushed: Is a directory")]
    [InlineData("mkdir $.lock; true", ".lock: Is a directory")]
    public void A_directory_in_place_of_a_file_of_ferry_is_named(string script, string words)
    {
        using var cache = WithChanges();
        Tool.Bash($"cd \"$1\" && rm -f {Beside}.lock && {script.Replace("$", Beside, StringComparison.Ordinal)}", cache.Tree.Path).OrThrow();
        Refusal.ExpectUntouched(cache.Source, () => cache.Run("push"), 1, words);
    }

    [RequiresTheory("ferry")]
    [InlineData("echo foreign > $.kept", "Not a directory")]
    [InlineData("mkdir victim && ln -s \"$PWD/victim\" $.kept", "Not a directory")]
    [InlineData("ln -s nowhere $.kept", "Not a directory")]
    public void Something_else_in_place_of_the_kept_versions_is_named_and_nothing_is_overwritten(string script, string words)
    {
        using var cache = WithChanges();
        cache.Tree.Write("source/file", "by a person");
        Tool.Bash($"cd \"$1\" && {script.Replace("$.", Beside + ".", StringComparison.Ordinal)}", cache.Tree.Path).OrThrow();
        foreach (var winner in (string[])["scratch", "source"])
        {
            AssertFails(cache.Run("push", "--conflict", winner), ".kept: ", words);
            Assert.Equal("by a person", cache.Tree.ReadText("source/file"));
            Assert.Equal("by a job", File.ReadAllText(cache.Target + "/file"));
        }
        Assert.True(!cache.Tree.Exists("victim") || Directory.GetFileSystemEntries(cache.Tree["victim"]) is []);
        File.Delete(cache.Tree[$"{Beside}.kept"]);
        cache.Run("push", "--conflict", "scratch").OrThrow();
    }

    [RequiresFact("ferry")]
    public void A_link_in_place_of_the_list_of_what_is_not_pushed_is_replaced_and_not_followed()
    {
        using var cache = WithChanges();
        cache.Tree.Write("victim", "precious");
        cache.Tree.Symlink($"{Beside}.unpushed", cache.Tree["victim"]);
        cache.Run("push").OrThrow();
        Assert.Equal("precious", cache.Tree.ReadText("victim"));
        Assert.False(cache.Tree.Exists($"{Beside}.unpushed"));
    }

    [RequiresTheory("ferry")]
    [InlineData("synced", "garbage")]
    [InlineData("unpushed", "garbage \u001b[31m")]
    [InlineData("manifest.partial-1-1", "garbage")]
    [InlineData("lock", "garbage")]
    public void Garbage_in_files_that_a_push_does_not_depend_on_does_no_harm(string name, string contents)
    {
        using var cache = WithChanges();
        cache.Tree.Write($"{Beside}.{name}", contents);
        Assert.DoesNotContain("\u001b", cache.Run("push").OrThrow().Stderr, StringComparison.Ordinal);
        Assert.Equal("by a job", cache.Tree.ReadText("source/file"));
        cache.SyncAndCompare("--force");
    }

    [RequiresTheory("ferry")]
    [InlineData("truncate -s 50 $", "too short to be a manifest")]
    [InlineData("truncate -s 150 $", "")]
    [InlineData("printf 'FERRYTREE\\002 of a version to come %0100d' 0 > $", "version 2 is not known")]
    [InlineData("head -c 5000 /dev/urandom > $", "")]
    [InlineData("rm $", "")]
    public void Without_a_manifest_that_can_be_read_nothing_is_overwritten(string script, string words)
    {
        using var cache = WithChanges();
        Tool.Bash(script.Replace("$", $"\"$1\"", StringComparison.Ordinal), cache.Manifest).OrThrow();
        var result = cache.Run("push");
        AssertFails(result, $"conflict: {cache.Source}/file: ", words);
        Assert.Equal("staged", cache.Tree.ReadText("source/file"));
        Assert.Equal("by a job", cache.Tree.ReadText("source/new"));
        cache.Run("push", "--conflict", "scratch").OrThrow();
        Assert.Equal("by a job", cache.Tree.ReadText("source/file"));
        cache.SyncAndCompare("--force");
    }

    [RequiresTheory("ferry")]
    [InlineData("mkdir STAGED/x && echo j > STAGED/x/in; echo p > source/x")]
    [InlineData("echo j > STAGED/x; mkdir source/x && echo p > source/x/in")]
    [InlineData("rm STAGED/file && mkdir STAGED/file && echo j > STAGED/file/in")]
    [InlineData("rm -r STAGED/dir && echo j > STAGED/dir")]
    [InlineData("rm -r STAGED/dir && ln -s file STAGED/dir")]
    [InlineData("rm -r source/dir && ln -s . source/dir; echo j > STAGED/dir/new")]
    public void A_directory_on_one_side_and_something_else_on_the_other_stay_as_they_are(string script)
    {
        foreach (var policy in (string[])["fail", "both", "newer", "scratch", "source"])
        {
            using var cache = WithChanges();
            cache.Run("push").OrThrow();
            Tool.Bash($"cd \"$1\" && {script.Replace("STAGED", Staged, StringComparison.Ordinal)}", cache.Tree.Path).OrThrow();
            var source = Refusal.Snapshot(cache.Source);
            var staged = Refusal.Snapshot(cache.Target);
            AssertFails(cache.Run("push", "--conflict", policy), "is a directory on one side and something else on the other");
            Assert.Equal(source, Refusal.Snapshot(cache.Source));
            Assert.Equal(staged, Refusal.Snapshot(cache.Target));
        }
    }

    [RequiresFact("ferry", "root", "setpriv")]
    public void A_new_directory_that_its_owner_may_not_write_arrives_with_what_is_in_it()
    {
        using var cache = WithChanges(NormalUser.Id);
        cache.Tree.Write($"{Staged}/module/sub/file", "by a job");
        cache.Tree.Chmod($"{Staged}/module/sub", "555");
        cache.Tree.Chmod($"{Staged}/module", "500");
        Tool.Run("chown", ["-R", $"{NormalUser.Id}:{NormalUser.Id}", cache.Tree.Path]).OrThrow();
        cache.Run("push").OrThrow();
        Assert.Equal("by a job", cache.Tree.ReadText("source/module/sub/file"));
        Assert.Equal("500 555", Tool.Bash("cd \"$1\" && echo $(stat -c %a module module/sub)", cache.Source).Text.TrimEnd('\n'));
    }

    [RequiresFact("ferry")]
    public void A_name_cannot_forge_lines_or_move_the_cursor()
    {
        using var cache = WithChanges();
        var name = "evil\nexport HF_HOME=pwned\u001b[31m\r";
        cache.Tree.Write($"{Staged}/{name}", "by a job");
        foreach (var options in (string[][])[["--dry-run"], ["--dry-run", "--json"], []])
        {
            var result = cache.Run(["push", .. options]).OrThrow();
            Assert.DoesNotContain('\u001b', result.Stderr + result.Text);
            Assert.DoesNotContain("\nexport", result.Stderr + result.Text, StringComparison.Ordinal);
        }
        Assert.Equal("by a job", cache.Tree.ReadText($"source/{name}"));
        cache.Tree.Write($"{Staged}/{name}", "once more");
        cache.Tree.Write($"source/{name}", "by a person");
        AssertFails(cache.Run("push"), "conflict: ");
        Assert.Equal(2, cache.Tree.ReadText($"{Beside}.unpushed").TrimEnd('\n').Split('\n').Length);
    }

    [RequiresTheory("ferry")]
    [InlineData(2, "--conflict", "scrach", "did you mean 'scratch'")]
    [InlineData(2, "--conflict", "", "--conflict must be")]
    [InlineData(2, "--conflict", "\u001b[31m\n", "--conflict must be")]
    [InlineData(2, "--var", "NOT_THERE", "NOT_THERE")]
    [InlineData(2, "--var", "", "")]
    [InlineData(2, "--forse", null, "--forse")]
    [InlineData(2, "extra", null, "extra")]
    [InlineData(2, "--delete", null, "--delete")]
    [InlineData(2, "--jobs", "99999999999999999999", "jobs")]
    [InlineData(2, "--scratch", "/nowhere/at/all", "/nowhere/at/all")]
    public void A_wrong_option_is_named_and_nothing_is_done(int exitCode, string option, string? value, string words)
    {
        using var cache = WithChanges();
        string[] args = value is null ? ["push", option] : ["push", option, value];
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Run(args), exitCode, words);
    }

    [RequiresTheory("ferry")]
    [InlineData("777")]
    [InlineData("1777")]
    public void A_cache_root_that_others_may_write_is_refused(string mode)
    {
        using var cache = WithChanges();
        cache.Tree.Chmod("scratch/.cache/ferry", mode);
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Run("push"), 1, cache.Root, "can be written by others");
    }

    [RequiresFact("ferry", "root", "setpriv")]
    public void A_staged_file_of_somebody_else_that_cannot_be_read_is_named_and_the_others_arrive()
    {
        using var cache = WithChanges(NormalUser.Id);
        cache.Tree.Write($"{Staged}/secret", "of root");
        cache.Tree.Chmod($"{Staged}/secret", "600");
        AssertFails(cache.Run("push"), $"{cache.Target}/secret: Permission denied");
        Assert.False(cache.Tree.Exists("source/secret"));
        Assert.Equal("by a job", cache.Tree.ReadText("source/new"));
        Assert.True(cache.Tree.Exists($"{Beside}.unpushed"));
    }

    [RequiresFact("ferry", "root", "setpriv")]
    public void A_staged_directory_that_cannot_be_read_leaves_the_push_unfinished()
    {
        using var cache = WithChanges(NormalUser.Id);
        cache.Tree.Write($"{Staged}/secret/file", "of root");
        cache.Tree.Chmod($"{Staged}/secret", "700");
        AssertFails(cache.Run("push"), $"{cache.Target}/secret: Permission denied");
        Assert.True(cache.Tree.Exists($"{Beside}.unpushed"), "who looks does not see that something is missing");
        AssertFails(cache.Run("push"), $"{cache.Target}/secret: Permission denied");
        Assert.True(cache.Tree.Exists($"{Beside}.unpushed"), "who looks does not see that something is missing");
    }

    [RequiresTheory("ferry")]
    [InlineData(">&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    public void Closed_or_full_streams_do_not_keep_a_push_from_its_work(string redirection)
    {
        using var cache = WithChanges();
        var result = Shell(cache, $"exec \"$0\" push {redirection}");
        Assert.True(result.ExitCode == 0, result.ToString());
        StagedCache.AssertEqualTrees(cache.Source, cache.Target);
    }

    [RequiresFact("ferry")]
    public void A_report_that_finds_no_room_is_a_failure()
    {
        using var cache = WithChanges();
        var result = Shell(cache, "exec \"$0\" push --json >/dev/full");
        AssertFails(result, "standard output");
        StagedCache.AssertEqualTrees(cache.Source, cache.Target);
    }

    [RequiresTheory("ferry")]
    [InlineData("-n 256")]
    [InlineData("-n 100")]
    public void Many_directories_need_few_descriptors(string limit)
    {
        using var cache = WithChanges();
        for (var i = 0; i < 300; i++) cache.Tree.Write($"{Staged}/a{i % 60}/b{i % 7}/file{i}", "x");
        Shell(cache, $"ulimit {limit}; exec \"$0\" push --jobs 64").OrThrow();
        StagedCache.AssertEqualTrees(cache.Source, cache.Target);
    }

    [RequiresFact("ferry")]
    public void A_file_larger_than_allowed_is_a_failure_and_not_a_signal()
    {
        using var cache = WithChanges();
        cache.Tree.WriteRandom($"{Staged}/large", 3_000_000);
        // The runtime itself maps its code from a file that would be too large.
        AssertFails(Shell(cache, "export DOTNET_EnableWriteXorExecute=0; ulimit -f 1000; exec \"$0\" push"), "/large: ");
        Assert.False(cache.Tree.Exists("source/large"));
        Assert.Equal("by a job", cache.Tree.ReadText("source/new"));
    }

    [RequiresFact("ferry")]
    public void Without_a_home_and_without_scratch_it_says_what_to_set()
    {
        using var cache = WithChanges();
        var noHome = Tool.Run(FerryBinary.Path, ["push"], new ToolOptions { CleanEnv = true, Cwd = cache.Tree.Path });
        Assert.True(noHome.ExitCode == 2, noHome.ToString());
        Assert.Single(noHome.Stderr.TrimEnd('\n').Split('\n'));
        cache.Tree.Write("home/.config/ferry/config.yaml", $"version: 1\nscratch: $SCRATCH\ncaches: {{ {StagedCache.Variable}: \"{cache.Source}\" }}\n");
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Run("push"), 2, "SCRATCH");
    }

    private static StagedCache WithChanges(int? userId = null)
    {
        var cache = new StagedCache(userId: userId);
        cache.Tree.Write("source/file", "staged");
        cache.Tree.Write("source/dir/file", "staged");
        foreach (var path in (string[])["source/file", "source/dir/file"]) cache.Tree.SetTime(path, 1_600_000_000);
        if (userId is { } id) Tool.Run("chown", ["-R", $"{id}:{id}", cache.Tree.Path]).OrThrow();
        cache.Sync().OrThrow();
        File.WriteAllText(cache.Target + "/file", "by a job");
        File.WriteAllText(cache.Target + "/new", "by a job");
        return cache;
    }

    private static ToolResult Shell(StagedCache cache, string script) => Tool.Run(
        "bash", ["-c", script, FerryBinary.Path],
        new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["HOME"] = cache.Tree["home"] } });

    private static void AssertFails(ToolResult result, params string[] words)
    {
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Equal("", result.Text);
        Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, result.Stderr, StringComparison.Ordinal));
    }
}
