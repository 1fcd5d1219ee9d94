using System.Text.Json;
using Ferry.Integration.Tests.BadInput;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary>Moving a cache's directory with the real binary.</summary>
public sealed class MigrateTests : IDisposable
{
    private const string Variable = "HF_HOME";

    private readonly FerryUser _user = new();
    private readonly TempTree _disk = new(onDisk: true);

    public MigrateTests()
    {
        Tree.Write("old/models/a", "first");
        Tree.WriteRandom("old/models/b", 300_000);
        Tree.HardLink("old/second-name", "old/models/b");
        Tree.Symlink("old/link", "models/a");
        Tree.SetAttribute("old/models/a", "user.note", "x"u8);
        Tree.Write("old/read-only/file", "x");
        Tree.Chmod("old/read-only", "555");
        Configure(Old);
    }

    private TempTree Tree => _user.Tree;

    private string Old => Tree["old"];

    private string New => Tree["new"];

    private string Text(string source) =>
        $"# mine\nversion: 1\nscratch: {_user.Scratch}   # fast\ncaches:\n  # the hub\n  {Variable}: {{ source: {source}, enabled: true }}  # big\n";

    public void Dispose()
    {
        _user.Dispose();
        _disk.Dispose();
    }

    [RequiresFact("ferry", "rsync")]
    public void A_cache_is_moved_to_another_file_system_and_comments_survive()
    {
        _user.Run("sync").OrThrow();
        Tool.Run("cp", ["-a", Old, Tree["original"]]).OrThrow();
        var to = _disk["hub"];
        var result = Migrate("--to", to, "--yes").OrThrow();
        Assert.Empty(result.Stdout);
        Assert.Equal(Text(to), Tree.ReadText("home/.config/ferry/config.yaml"));
        Assert.Empty(RsyncOracle.Differences(Tree["original"], to));
        Assert.False(Path.Exists(Old));
        Assert.Contains("\"command\":\"migrate\",\"cache\":\"HF_HOME\",\"outcome\":\"migrated\"", Tree.ReadText("home/.local/state/ferry/history.jsonl"), StringComparison.Ordinal);

        // What is staged is compared with the new place, and nothing is copied again.
        var sync = JsonDocument.Parse(_user.Run("sync", "--json").OrThrow().Text).RootElement.GetProperty("caches")[0];
        Assert.Equal((0, true), (sync.GetProperty("copied_bytes").GetInt64(), sync.GetProperty("exported").GetBoolean()));
        Assert.Equal(0, Migrate("--to", to, "--yes").ExitCode);
    }

    [RequiresFact("ferry", "rsync")]
    public void The_old_directory_can_be_kept_or_leave_a_link()
    {
        Migrate("--to", New, "--no-delete").OrThrow();
        Assert.Empty(RsyncOracle.Differences(Old, New));
        Assert.Equal(Text(New), Tree.ReadText("home/.config/ferry/config.yaml"));
        Assert.Equal(["HF_HOME.lock"], StateFiles());

        Migrate("--to", _disk["hub"], "--yes", "--leave-link").OrThrow();
        Assert.Equal(_disk["hub"], new FileInfo(New).LinkTarget);
        Assert.Empty(RsyncOracle.Differences(Old, New));
    }

    [RequiresFact("ferry")]
    public void A_dry_run_changes_nothing_and_says_where_and_how_much()
    {
        var result = Migrate("--to", New, "--dry-run", "--json").OrThrow();
        Assert.Contains($"  from  {Old}\n  to    {New}\n", result.Stderr, StringComparison.Ordinal);
        var report = JsonDocument.Parse(result.Text).RootElement;
        Assert.Equal(("planned", Old, 5), (report.GetProperty("outcome").GetString(), report.GetProperty("in_force").GetString(), report.GetProperty("files").GetInt32()));
        Assert.False(Path.Exists(New));
        Assert.False(Path.Exists(Tree["home/.local"]));
        Assert.Equal(Text(Old), Tree.ReadText("home/.config/ferry/config.yaml"));
    }

    [RequiresTheory("ferry")]
    [InlineData("relative/path", "--to must be an absolute path")]
    [InlineData("{old}/models", "lies inside")]
    [InlineData("{old}/models/new", "a directory cannot be moved into itself")]
    [InlineData("{alias}", "is another name of")]
    [InlineData("{alias}/new", "a directory cannot be moved into itself")]
    [InlineData("{tree}", "lies inside")]
    [InlineData("{full}", "is not empty")]
    [InlineData("{full}/file", "is a file")]
    [InlineData("{full}/file/new", "is not a directory")]
    [InlineData("{dangling}", "is a link that leads nowhere")]
    [InlineData("{tree}/no/such", "the one above it must exist")]
    [InlineData("{scratch}/.cache/ferry/new", "where caches are staged")]
    [InlineData("/", "--to must be a new directory")]
    [InlineData("", "--to must be an absolute path")]
    public void What_cannot_be_moved_is_refused_and_nothing_is_changed(string to, string message)
    {
        Tree.Write("full/file", "mine");
        Tree.Symlink("alias", Old);
        Tree.Symlink("dangling", "nowhere");
        Directory.CreateDirectory(_user.Scratch + "/.cache/ferry");
        foreach (var (name, path) in new[] { ("old", Old), ("tree", Tree.Path), ("full", Tree["full"]), ("alias", Tree["alias"]), ("dangling", Tree["dangling"]), ("scratch", _user.Scratch) })
            to = to.Replace($"{{{name}}}", path, StringComparison.Ordinal);
        var before = Tree.Files();
        Refusal.Expect(Migrate("--to", to, "--yes"), 2, Variable, message);
        Assert.Equal(before, Tree.Files().Where(file => !file.StartsWith("home/.local/", StringComparison.Ordinal)));
        Assert.Equal(Text(Old), Tree.ReadText("home/.config/ferry/config.yaml"));
    }

    [RequiresFact("ferry")]
    public void Wrong_words_and_missing_people_are_refused()
    {
        Refusal.Expect(_user.Run("migrate"), 2, "name the cache to move: HF_HOME");
        Refusal.Expect(_user.Run("migrate", "HF_HOM", "--to", New), 2, "did you mean 'HF_HOME'?");
        Refusal.Expect(_user.Run("migrate", "venv_base", "--to", New), 2, "come with 'ferry image'");
        Refusal.Expect(Migrate(), 2, "--to is missing");
        Refusal.Expect(Migrate("--to", New), 2, "pass --yes, or --no-delete");
        Refusal.Expect(Migrate("--to", New, "--no-delete", "--leave-link"), 2, "cannot go together");
        Assert.False(Path.Exists(Tree["home/.local"]));
        Configure(Tree["none"]);
        Refusal.Expect(Migrate("--to", New, "--yes"), 2, "does not exist; there is nothing to move");
    }

    [RequiresFact("ferry", "rsync")]
    public void What_is_new_in_the_old_directory_is_kept_and_named_and_the_same_command_finishes()
    {
        // A FIFO is not copied; so it stays, and so does all that is above it.
        Tree.Fifo("old/models/pipe");
        var result = Migrate("--to", New, "--yes");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{Old}/models/pipe: is new, or has changed since it was copied: kept", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(["models/pipe"], Tree.Files("old"));
        Assert.Equal(Text(New), Tree.ReadText("home/.config/ferry/config.yaml"));

        Refusal.Expect(Migrate("--to", _disk["other"], "--yes"), 2, $"a move to {New} was begun and is not finished");
        File.Delete(Tree["old/models/pipe"]);
        Migrate("--yes").OrThrow();
        Assert.False(Path.Exists(Old));
        Assert.Equal(["HF_HOME.lock"], StateFiles());
    }

    [RequiresFact("ferry")]
    public void What_a_job_changed_before_the_move_is_pushed_to_the_new_place()
    {
        var staged = _user.Exported(_user.Run("sync").OrThrow(), Variable);
        File.WriteAllText(Path.Join(staged, "models/a"), "a job's version");
        File.WriteAllText(Path.Join(staged, "models/new"), "new");
        Migrate("--to", New, "--yes").OrThrow();
        _user.Run("push").OrThrow();
        Assert.Equal(("a job's version", "new"), (Tree.ReadText("new/models/a"), Tree.ReadText("new/models/new")));
    }

    [RequiresFact("ferry", "flock")]
    public void The_old_directory_is_not_deleted_under_a_sync_that_still_reads_it()
    {
        _user.Run("sync").OrThrow();
        _user.Configure(Text(Old) + "transfer: { lock_timeout: 0 }\n");
        var lockFile = $"{_user.Scratch}/.cache/ferry/.{Variable}.lock";
        var args = new[] { lockFile, FerryBinary.Path, "migrate", Variable, "--to", New, "--yes" };
        var result = Tool.Run("flock", args, new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["HOME"] = _user.Home } });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is still read by a sync that began before: kept", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(5, Tree.Files("old").Length);
        Migrate("--yes").OrThrow();
        Assert.False(Path.Exists(Old));
    }

    [RequiresFact("ferry")]
    public void A_cache_that_lies_in_the_directory_moves_with_it()
    {
        const string others = "  MODELS: { source: {0}/models, enabled: false }  # in it\n  OTHER: {1}\n";
        var text = Text(Old) + others.Replace("{0}", Old, StringComparison.Ordinal).Replace("{1}", Tree["older"], StringComparison.Ordinal);
        _user.Configure(text);
        var result = Migrate("--to", New, "--yes").OrThrow();
        Assert.Contains($"MODELS, which lies in it: {New}/models", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(
            text.Replace($"source: {Old},", $"source: {New},", StringComparison.Ordinal).Replace($"source: {Old}/", $"source: {New}/", StringComparison.Ordinal),
            Tree.ReadText("home/.config/ferry/config.yaml"));
    }

    [RequiresFact("ferry", "root")]
    public void A_mount_that_gives_the_directory_another_path_is_seen_through()
    {
        var mount = Tree.MakeDirectory("mount");
        Tool.Run("mount", ["--bind", Old, mount]).OrThrow();
        try
        {
            Refusal.Expect(Migrate("--to", mount + "/models/new", "--yes"), 2, "a directory cannot be moved into itself");
        }
        finally
        {
            Tool.Run("umount", ["-l", mount]);
        }
    }

    [RequiresFact("ferry")]
    public void A_cache_of_the_older_tool_is_moved_in_its_own_file()
    {
        File.Delete(Tree["home/.config/ferry/config.yaml"]);
        var older = $"{{\n  \"version\": 1,\n  \"scratch_base\": \"{_user.Scratch}\",\n  \"vars\": {{\n    \"{Variable}\": {{ \"source\": \"{Old}\", \"enabled\": true }}\n  }}\n}}\n";
        Tree.Write("home/.euler-files.json", older);
        Migrate("--to", New, "--yes").OrThrow();
        Assert.Equal(older.Replace(Old, New, StringComparison.Ordinal), Tree.ReadText("home/.euler-files.json"));
        Assert.False(Path.Exists(Old));
    }

    [RequiresFact("ferry", "root", "rsync")]
    public void Too_little_space_is_seen_before_anything_is_written_and_a_disk_that_fills_up_leaves_the_old_in_force()
    {
        var mount = Tree.MakeDirectory("small");
        using var small = new SmallFileSystem(mount, "size=200k");
        var result = Migrate("--to", mount + "/new", "--yes");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("needs", result.Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(mount));

        // Each takes a page of 4 KB there: more than the estimate.
        small.Remount("size=1500k");
        for (var i = 0; i < 400; i++) Tree.Write($"old/many/file{i}", "x");
        result = Migrate("--to", mount + "/new", "--yes");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("make room and run the same command again", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(Text(Old), Tree.ReadText("home/.config/ferry/config.yaml"));
        Assert.Equal(405, Tree.Files("old").Length);

        small.Remount("size=20m");
        Tool.Run("cp", ["-a", Old, Tree["original"]]).OrThrow();
        Migrate("--yes").OrThrow();
        Assert.Empty(RsyncOracle.Differences(Tree["original"], mount + "/new"));
        Assert.Equal(Text(mount + "/new"), Tree.ReadText("home/.config/ferry/config.yaml"));
    }

    private void Configure(string source) => _user.Configure(Text(source));

    private ToolResult Migrate(params string[] args) => _user.Run(["migrate", Variable, .. args]);

    private string[] StateFiles() => [.. Directory.GetFiles(Tree["home/.local/state/ferry/migrations"]).Select(path => Path.GetFileName(path))];
}
