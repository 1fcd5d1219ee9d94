using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

/// <summary>What every command that works on staged caches owes its user, whatever it finds.</summary>
public sealed class EveryCommandTests
{
    private const string Staged = $"scratch/.cache/ferry/{StagedCache.Variable}";
    private const string Beside = $"scratch/.cache/ferry/.{StagedCache.Variable}";

    private static readonly string[] Commands =
    [
        "sync", "sync --force", "status", "status --json", "status --html page.html", "push", "push --dry-run", "push --conflict both --json", "verify",
        "verify --repair", "prune --older-than 0s --yes", "prune --max 0 --dry-run --json", "run -- true", "run --push -- true", "doctor", "doctor --json",
        "migrate TEST_CACHE --to new --dry-run", "config show", "config set transfer.jobs 3", "completion bash",
        "mirror --manifest sums ../source copy", "mirror --bagit --json ../source bag", "mirror --step verify ../source ../scratch",
    ];

    public static TheoryData<string> Findings => new(
        "rm -r scratch/.cache",
        $"rm -r {Staged}",
        $"mv {Staged} elsewhere && ln -s \"$PWD/elsewhere\" {Staged}",
        $"rm -r {Staged} && echo foreign > {Staged}",
        $"chmod 0 {Staged}/dir",
        $"rm -r {Staged}/dir && ln -s / {Staged}/dir",
        $"mkfifo {Staged}/pipe {Staged}/dir/pipe",
        "mv scratch/.cache/ferry elsewhere && ln -s \"$PWD/elsewhere\" scratch/.cache/ferry",
        "chmod 777 scratch/.cache/ferry",
        "rm -r source",
        "rm -r source && echo foreign > source",
        "rm -r source && ln -s source source",
        "rm -r source/* && mkfifo source/file source/dir",
        $"truncate -s 40 {Beside}.manifest",
        $"head -c 5000 /dev/urandom > {Beside}.manifest",
        $"rm {Beside}.manifest && mkdir {Beside}.manifest",
        $"printf 'FERRYTREE\\002%0200d' 0 > {Beside}.manifest",
        $"head -c 5000 /dev/urandom > {Beside}.synced",
        $"rm {Beside}.synced && mkdir -p {Beside}.synced/x",
        $"rm {Beside}.lock && mkdir {Beside}.lock",
        $"rm {Beside}.lock && ln -s nowhere {Beside}.lock",
        $"head -c 5000 /dev/urandom > {Beside}.unpushed",
        $"mkdir {Beside}.unpushed",
        $"head -c 5000 /dev/urandom > {Beside}.manifest.partial-1-1-1",
        $"mkdir {Beside}.manifest.partial-1-1-1",
        $"mkfifo {Beside}.manifest.partial-1-1-1",
        $"echo foreign > {Beside}.kept",
        "rm -rf home/.local/state/ferry && mkdir -p home/.local/state && echo foreign > home/.local/state/ferry",
        "mkdir -p home/.local/state/ferry && for f in history.jsonl history history.json; do head -c 3000 /dev/urandom > home/.local/state/ferry/$f; done",
        "printf 'version: 1\\nscratch: [\\n' > home/.config/ferry/config.yaml",
        "printf 'version: 1\\ncaches: { A: 5 }\\nscratch: {}\\n' > home/.config/ferry/config.yaml",
        "head -c 3000 /dev/urandom > home/.config/ferry/config.yaml",
        "rm -r home/.config/ferry/config.yaml && mkdir home/.config/ferry/config.yaml",
        "rm -r home");

    [RequiresTheory("ferry")]
    [MemberData(nameof(Findings))]
    public void A_command_ends_with_a_word_of_what_is_wrong_and_touches_nothing_of_others(string script)
    {
        foreach (var command in Commands)
        {
            using var cache = Filled();
            Tool.Bash($"cd \"$1\" && {script}", cache.Tree.Path).OrThrow();
            var before = Theirs(cache);
            var result = Tool.Run(FerryBinary.Path, command.Split(' '), new ToolOptions
            {
                CleanEnv = true, Env = new Dictionary<string, string?> { ["HOME"] = cache.Tree["home"] }, Cwd = cache.Tree.MakeDirectory("cwd"),
                Timeout = TimeSpan.FromSeconds(60),
            });
            Assert.True(result.ExitCode is 0 or 1 or 2, $"{command}: {result}");
            Assert.False($"{result.Text}{result.Stderr}".Contains("   at ", StringComparison.Ordinal), $"{command}: {result}");
            Assert.False($"{result.Text}{result.Stderr}".Contains("xception", StringComparison.Ordinal), $"{command}: {result}");
            Assert.True(result.ExitCode == 0 || result.Stderr.Length + result.Text.Length > 0, $"{command}: failed without a word");
            Assert.True(before == Theirs(cache), $"{command}: changed what is not ferry's:\n{before}\n{Theirs(cache)}");
        }
    }

    [RequiresTheory("ferry")]
    [InlineData("sync")]
    [InlineData("verify")]
    [InlineData("verify --repair")]
    [InlineData("push")]
    public void A_link_in_place_of_the_staged_tree_is_never_gone_through(string command)
    {
        using var cache = Filled();
        Directory.Move(cache.Target, cache.Tree["elsewhere"]);
        cache.Tree.Symlink(Staged, cache.Tree["elsewhere"]);
        Refusal.ExpectUntouched(cache.Tree["elsewhere"], () => cache.Run(command.Split(' ')), 1, cache.Target, "is a symbolic link");
    }

    [RequiresFact("ferry")]
    public void A_prune_keeps_what_the_source_has_no_more()
    {
        using var cache = Filled();
        File.Delete(cache.Source + "/dir/file");
        var result = cache.Run("prune", "--older-than", "0s", "--yes").OrThrow();
        Assert.Contains("1 files on scratch are gone from the source", result.Text, StringComparison.Ordinal);
        Assert.Equal("staged", File.ReadAllText(cache.Target + "/dir/file"));
        cache.Sync("--delete").OrThrow();
        cache.Run("prune", "--older-than", "0s", "--yes").OrThrow();
        Assert.False(Directory.Exists(cache.Target));
    }

    [RequiresTheory("ferry")]
    [InlineData("verify --sample 5x", "--sample")]
    [InlineData("verify --sample 9/3", "--sample")]
    [InlineData("verify --sample -1/3", "--sample")]
    [InlineData("verify --var NOT_THERE", "NOT_THERE")]
    [InlineData("prune", "--max")]
    [InlineData("prune --max -5 --yes", "--max")]
    [InlineData("prune --max 99999999999999999999EB --yes", "--max")]
    [InlineData("prune --older-than yesterday --yes", "--older-than")]
    [InlineData("prune --older-than 99999999999999d --yes", "--older-than")]
    [InlineData("prune --older-than 0s", "--yes")]
    [InlineData("run", "command")]
    [InlineData("run --deadline never -- true", "--deadline")]
    [InlineData("run --deadline -5m -- true", "--deadline")]
    [InlineData("migrate", "name the cache to move")]
    [InlineData("migrate NOT_THERE --to x", "NOT_THERE")]
    [InlineData("mirror", "mirror --help")]
    [InlineData("mirror source", "DST is missing")]
    [InlineData("mirror /nowhere/at/all copy", "/nowhere/at/all does not exist")]
    [InlineData("mirror --step verfy source copy", "did you mean verify")]
    [InlineData("mirror --algo md5 source copy", "md5")]
    [InlineData("mirror --jobs 0 source copy", "--jobs")]
    [InlineData("mirror --jobs many source copy", "many")]
    [InlineData("mirror --blake3-threads -1 source copy", "--blake3-threads")]
    [InlineData("mirror --sample 9/3 source copy", "--sample")]
    [InlineData("mirror --bandwidth-limit fast source copy", "fast")]
    [InlineData("mirror --ionice realtime source copy", "realtime")]
    [InlineData("mirror --max-errors -1 source copy", "--max-errors")]
    [InlineData("mirror --delete source copy", "--yes")]
    [InlineData("mirror --step verify --delete source copy", "--delete")]
    [InlineData("mirror --step verify --repair source", "--repair")]
    [InlineData("mirror --check-receipt receipt source copy", "--check-receipt")]
    [InlineData("mirror --json --manifest - source copy", "--manifest -")]
    [InlineData("mirror --bagit --algo blake3 source copy", "--algo blake3")]
    [InlineData("completion powershell", "powershell")]
    [InlineData("config set transfer.jbs 3", "transfer.jobs")]
    [InlineData("config set transfer.jobs many", "many")]
    [InlineData("config set transfer.fresh_for -1", "fresh_for")]
    [InlineData("import /nowhere/at/all", "/nowhere/at/all")]
    [InlineData("status --html /nowhere/at/all.html", "/nowhere/at/all.html")]
    [InlineData("status --html /dev/full", "/dev/full")]
    public void A_wrong_argument_is_named_in_one_line_and_nothing_is_done(string command, string words)
    {
        using var cache = Filled();
        var before = Refusal.Snapshot(cache.Tree.Path);
        var result = cache.Run(command.Split(' '));
        Assert.True(result.ExitCode is 1 or 2 or 126 or 127, result.ToString());
        Assert.Contains(words, result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal);
        Assert.Single(result.Stderr.TrimEnd('\n').Split('\n'), line => line.StartsWith("ferry: ", StringComparison.Ordinal));
        Assert.Equal(before, Refusal.Snapshot(cache.Tree.Path));
    }

    /// <summary>The source, and what lies where links lead; a sync may make good what is staged.</summary>
    private static string Theirs(StagedCache cache) => Tool.Bash(
        "cd \"$1\" && { find source elsewhere -printf '%p %y %s %l\\n' 2>/dev/null | grep -v '^elsewhere/\\.' | LC_ALL=C sort; }; "
        + "find source elsewhere -type f -not -name '.*' -exec sha256sum {} + 2>/dev/null | LC_ALL=C sort", cache.Tree.Path).Text;

    private static StagedCache Filled()
    {
        var cache = new StagedCache();
        cache.Tree.Write("source/file", "staged");
        cache.Tree.Write("source/dir/file", "staged");
        foreach (var path in (string[])["source/file", "source/dir/file"]) cache.Tree.SetTime(path, 1_600_000_000);
        cache.Sync().OrThrow();
        return cache;
    }
}
