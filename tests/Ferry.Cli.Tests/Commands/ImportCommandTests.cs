using System.Text.Json;
using Ferry.Cli.Commands;
using Ferry.Cli.Config;
using Ferry.Cli.Tests.Support;

namespace Ferry.Cli.Tests.Commands;

public sealed class ImportCommandTests : IDisposable
{
    private const string Older = """
        {
          // Speaks of the old format.
          "version": 1,
          // Fast, but
          // purged.
          "scratch_base": "$SCRATCH/x",
          "vars": {
            /* The big one. */
            "HF_HOME": {
              "source": "/data/$hf", // On the project's disk.
              // Off for now.
              "enabled": false
            },
            "TORCH_HOME": { "source": "/data/to rch", "enabled": true }
          },
          "rsync_extra_args": ["--bwlimit=50000", "--exclude", "*.tmp"],
          // Politely.
          "parallel_jobs": 100,
          "lock_timeout_seconds": 90,
          "skip_if_fresh_seconds": 0,
          "apptainer": {
            "venv_base": "$HOME/venvs",
            "sif_store": "/data/$sif",
            // Synced images.
            "scratch_sif_dir": "$SCRATCH/sif",
            "base_image": "python:{version}-slim",
            "container_venv_path": "/opt/venv",
            "build_args": ["--fakeroot", "--nv"],
            "images": { "ml": { "venv_name": "ml" } }
          },
          "migrations": [ { "old_path": "/a" } ]
        }
        """;

    private readonly TestContext _context = new();

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Every_value_is_the_same_afterwards_and_comes_from_the_new_file()
    {
        WriteOlder(Older);
        var before = Show();
        Assert.Equal(0, Run(new()));
        var after = Show();
        Assert.Equal(before.Select(s => s.Key + "=" + s.Value), after.Select(s => s.Key + "=" + s.Value));
        Assert.DoesNotContain("older", after.Select(s => s.Level));
        Assert.Equal(10, before.Count(s => s.Level == "older"));
        Assert.Equal(Older, File.ReadAllText(_context.Home.At("home/.euler-files.json")));
    }

    [Fact]
    public void Comments_and_images_come_along_and_what_does_not_is_named()
    {
        WriteOlder(Older);
        Assert.Equal(0, Run(new() { DryRun = true }));
        foreach (var part in (string[])
            [
                "# Fast, but\n# purged.\nscratch: $SCRATCH/x\n", "  # The big one.\n  # On the project's disk.\n  # Off for now.\n  HF_HOME: { source: /data/$$hf, enabled: false }\n",
                "  # Politely.\n  parallel_caches:", "  venv_base: $HOME/venvs\n  sif_store: /data/$$sif\n  # Synced images.\n  scratch_dir: $SCRATCH/sif\n",
                "  base_image: \"python:{version}-slim\"\n  container_venv_path: /opt/venv\n  build_args: [\"--fakeroot\", \"--nv\"]\n",
            ])
            Assert.Contains(part, _context.Out, StringComparison.Ordinal);
        foreach (var note in (string[])
            [
                "the comment before version is not taken over", "apptainer.images, the list of built images, stays", "migrations, the history of past moves, stays",
                "taken over as 'images', which no command uses yet", "rsync_extra_args is taken over and only used with",
            ])
            Assert.Contains(note, _context.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_context.Home.At("home/.config")));
    }

    [Fact]
    public void An_existing_configuration_is_replaced_only_by_force()
    {
        WriteOlder(Older);
        _context.WriteConfig("version: 1\n");
        var refused = Assert.Throws<ConfigException>(() => Run(new()));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("already exists; pass --merge to add to it, or --force", refused.Message, StringComparison.Ordinal);
        Assert.Equal("version: 1\n", File.ReadAllText(_context.ConfigPath));
        Assert.Throws<ConfigException>(() => Run(new() { Force = true, Merge = true }));
        Assert.Equal(0, Run(new() { Force = true }));
        Assert.Equal("version: 1\n", File.ReadAllText(_context.ConfigPath + ".bak"));
        Assert.Equal(2, _context.Load().Caches.Count);
    }

    [Fact]
    public void A_merge_adds_what_the_file_does_not_say()
    {
        WriteOlder(Older);
        _context.WriteConfig("version: 1\nscratch: /own # mine\nimages: { venv_base: /own/venvs }\n");
        var before = Show();
        Assert.Equal(0, Run(new() { Merge = true }));
        Assert.Equal(before.Select(s => s.Key + "=" + s.Value), Show().Select(s => s.Key + "=" + s.Value));
        var text = File.ReadAllText(_context.ConfigPath);
        Assert.StartsWith("version: 1\nscratch: /own # mine\nimages: { venv_base: /own/venvs, ", text, StringComparison.Ordinal);
        var twice = text;
        Assert.Equal(0, Run(new() { Merge = true }));
        Assert.Equal(twice, File.ReadAllText(_context.ConfigPath));
    }

    [Fact]
    public void A_merge_into_caches_of_its_own_moves_none_of_them()
    {
        WriteOlder(Older);
        _context.WriteConfig("version: 1\ncaches:\n  HF_HOME: /own # mine\n");
        Assert.Equal(0, Run(new() { Merge = true }));
        var config = _context.Load();
        Assert.Equal((".cache/ferry", 4), (config.CacheRoot.Value, config.ParallelCaches.Value));
        Assert.Equal(["HF_HOME /own", "TORCH_HOME /data/to rch"], config.Caches.Select(c => $"{c.Name} {c.Source!.Value}"));
        Assert.Contains("HF_HOME is configured already and stays as it is", _context.Error, StringComparison.Ordinal);
        Assert.Contains("HF_HOME: /own # mine", File.ReadAllText(_context.ConfigPath), StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_as_JSON()
    {
        _context.Home.Write("other.json", """{ "version": 1, "vars": {} }""");
        Assert.Equal(0, Run(new() { File = _context.Home.At("other.json"), Json = true }));
        var report = JsonDocument.Parse(_context.Out).RootElement;
        Assert.Equal(_context.ConfigPath, report.GetProperty("file").GetString());
        Assert.True(report.GetProperty("written").GetBoolean());
        Assert.Empty(report.GetProperty("notes").EnumerateArray());
    }

    [Theory]
    [InlineData("{\"version\": 1, \"version\": 1}", ":1:16: duplicate key 'version'")]
    [InlineData("{\"version\": 1, \"vars\": []}", ":1:24: vars must be a mapping, not a list")]
    [InlineData("{\"version\": 1, \"apptainer\": {\"venv_base\": 3.5, \"build_args\": \"x\"}}", ":1:62: apptainer.build_args must be a list")]
    [InlineData("{\"version\": 1, \"apptainer\": {\"base_image\": {}}}", ":1:44: apptainer.base_image must be text, not a mapping")]
    [InlineData("{\"version\": 1, \"parallel_jobs\": -1}", ":1:33: parallel_jobs must be a whole number")]
    [InlineData("[1]", ":1:1: the configuration must be a mapping")]
    [InlineData("{\"version\": 2}", ":1:13: version must be 1")]
    [InlineData("{\"version\": 1,", ".euler-files.json:1:14: not valid JSON")]
    public void A_mistake_is_named_with_its_place(string json, string message)
    {
        WriteOlder(json);
        var refused = Assert.Throws<ConfigException>(() => Run(new()));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.ExitCode);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.False(Directory.Exists(_context.Home.At("home/.config")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_too_deep_or_too_large_is_refused(bool deep)
    {
        WriteOlder(deep ? "{\"version\": 1, \"migrations\": " + new string('[', 100_000) : "{\"a\": \"" + new string('x', 2 << 20) + "\"}");
        Assert.Equal(2, Assert.Throws<ConfigException>(() => Run(new())).ExitCode);
    }

    [Fact]
    public void No_file_is_no_reason_to_make_one()
    {
        Assert.Contains("does not exist", Assert.Throws<ConfigException>(() => Run(new())).Message, StringComparison.Ordinal);
        Assert.Contains("/none.json: does not exist", Assert.Throws<ConfigException>(() => Run(new() { File = "none.json" })).Message, StringComparison.Ordinal);
    }

    private void WriteOlder(string json) => _context.Home.Write("home/.euler-files.json", json);

    private int Run(ImportCommand.Options options) => ImportCommand.Run(options, _context.Command);

    private List<(string Key, string Value, string Level)> Show()
    {
        using var json = new MemoryStream();
        ConfigListing.WriteJson(_context.Load(), json);
        return [.. JsonDocument.Parse(json.ToArray()).RootElement.GetProperty("settings").EnumerateArray().Select(s =>
            (s.GetProperty("key").GetString()!, s.GetProperty("value").ToString(), s.GetProperty("level").GetString()!))];
    }
}
