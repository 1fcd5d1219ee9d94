using Ferry.Cli.Config;
using Ferry.Cli.Config.Layers;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Purging;

namespace Ferry.Cli.Tests.Config;

public sealed class FerryFileReaderTests
{
    private const string Complete = """
        version: 1
        scratch: $SCRATCH                 # or a list: the first that exists and is writable wins
        cache_root: .cache/ferry
        caches:
          HF_HOME:    { source: ~/.cache/huggingface }
          TORCH_HOME: { source: ~/.cache/torch, enabled: false, exclude: ["*.lock"] }
          PIP_CACHE_DIR: ~/.cache/pip
          UV_CACHE_DIR:
            source: "/a b"
            exclude:
            - a
            - 'b: c'
        transfer: { jobs: auto, parallel_caches: 8, engine: rsync, rsync_extra_args: [--bwlimit=50000, "--exclude", "*.tmp"],
                    bandwidth_limit: 10MiB, fresh_for: 1h30m, lock_timeout: 90, timestamps: now }
        images:   { venv_base: ~/venvs, anything: [goes, { here: yet }] }
        hub:
        """;

    [Fact]
    public void Reads_every_key()
    {
        var layer = Read(Complete);
        Assert.Equal(["$SCRATCH"], layer.Scratch!.Value);
        Assert.Equal(".cache/ferry", layer.CacheRoot!.Value);
        Assert.Equal(["HF_HOME", "TORCH_HOME", "PIP_CACHE_DIR", "UV_CACHE_DIR"], layer.Caches!.Select(c => c.Name));
        Assert.Equal(["~/.cache/huggingface", "~/.cache/torch", "~/.cache/pip", "/a b"], layer.Caches!.Select(c => c.Source!.Value));
        Assert.False(layer.Caches![1].Enabled!.Value);
        Assert.Equal(["*.lock"], layer.Caches[1].Excludes!.Value);
        Assert.Equal(["a", "b: c"], layer.Caches[3].Excludes!.Value);
        Assert.Null(layer.Jobs!.Value);
        Assert.Equal(8, layer.ParallelCaches!.Value);
        Assert.Equal(TransferEngine.Rsync, layer.Engine!.Value);
        Assert.Equal(["--bwlimit=50000", "--exclude", "*.tmp"], layer.RsyncExtraArgs!.Value);
        Assert.Equal(10 * 1024 * 1024, layer.BandwidthLimit!.Value);
        Assert.Equal(TimeSpan.FromMinutes(90), layer.FreshFor!.Value);
        Assert.Equal(TimeSpan.FromSeconds(90), layer.LockTimeout!.Value);
        Assert.Equal(StagedTimestamps.Now, layer.Timestamps!.Value);
    }

    [Fact]
    public void Knows_where_a_value_stands() => Assert.Equal("c.yaml:6:25", Read(Complete).Caches![1].Source!.Origin.Where);

    [Theory]
    [InlineData("version: 1", null)]
    [InlineData("# nothing\nversion: 1\ncaches:\ntransfer:\n", 0)]
    [InlineData("version: 1\ncaches: {}\n", 0)]
    public void Sections_are_optional(string text, int? caches) => Assert.Equal(caches, Read(text).Caches?.Count);

    [Fact]
    public void Scratch_may_be_a_list() => Assert.Equal(["$A", "/b"], Read("version: 1\nscratch: [$A, /b]").Scratch!.Value);

    [Theory]
    [InlineData("version: 1\n\n\n  # c\nscrach: x", "c.yaml:5:1: unknown key 'scrach' (did you mean 'scratch'?)")]
    [InlineData("version: 1\ntransfer:\n  paralel_cache: 4", "c.yaml:3:3: unknown key 'paralel_cache' (did you mean 'parallel_caches'?)")]
    [InlineData("version: 1\nqwertyuiop: x", "c.yaml:2:1: unknown key 'qwertyuiop'")]
    [InlineData("version: 1\ncaches:\n  A: { sorce: /x }", "c.yaml:3:8: unknown key 'sorce' (did you mean 'source'?)")]
    [InlineData("version: 1\nscratch: /a\nscratch: /b", "c.yaml:3:1: duplicate key 'scratch'; it is also on line 2")]
    [InlineData("scratch: /a", "c.yaml:1:1: no version; write 'version: 1' as the first line")]
    [InlineData("", "c.yaml:1:1: no version; write 'version: 1' as the first line")]
    [InlineData("version: 1.5\nnew_key: x", "c.yaml:1:10: version must be 1, not '1.5'; update ferry if a newer one wrote this file, or write a fresh one with 'ferry init --force'")]
    [InlineData("version: 2", "c.yaml:1:10: version must be 1, not '2'; update ferry if a newer one wrote this file, or write a fresh one with 'ferry init --force'")]
    [InlineData("- a\n- b", "c.yaml:1:1: a configuration is a mapping that starts with 'version: 1', not a list")]
    [InlineData("hello", "c.yaml:1:1: a configuration is a mapping that starts with 'version: 1', not 'hello'")]
    [InlineData("version: 1\ncaches: [a]", "c.yaml:2:9: caches must be a mapping, not a list")]
    [InlineData("version: 1\ncaches:\n  1X: /a", "c.yaml:3:3: '1X' is not the name of an environment variable (letters, digits, _; no digit first)")]
    [InlineData("version: 1\ncaches:\n  LD_PRELOAD: /a", "c.yaml:3:3: LD_PRELOAD belongs to the shell or the linker; it cannot name a cache")]
    [InlineData("version: 1\ncaches:\n  A: [/a]", "c.yaml:3:6: caches.A must be a mapping, not a list")]
    [InlineData("version: 1\ncaches:\n  A: { source: ~ }", "c.yaml:3:16: caches.A.source: a lone ~ means nothing in YAML; write \"~\" or ~/")]
    [InlineData("version: 1\ncaches:\n  A: { enabled: yes }", "c.yaml:3:17: caches.A.enabled must be true or false, not 'yes'")]
    [InlineData("version: 1\ncaches:\n  A: { exclude: x }", "c.yaml:3:17: caches.A.exclude must be a list such as [a, b], not 'x'")]
    [InlineData("version: 1\ntransfer: { jobs: 0 }", "c.yaml:2:19: transfer.jobs must be auto or a whole number from 1 to 256, not '0'")]
    [InlineData("version: 1\ntransfer: { jobs: [1] }", "c.yaml:2:19: transfer.jobs must be text, not a list")]
    [InlineData("version: 1\ntransfer: { jobs: }", "c.yaml:2:19: transfer.jobs must be text, not nothing")]
    [InlineData("version: 1\ntransfer: { parallel_caches: 65 }", "c.yaml:2:30: transfer.parallel_caches must be a whole number from 1 to 64, not '65'")]
    [InlineData("version: 1\ntransfer: { engine: rsnyc }", "c.yaml:2:21: transfer.engine must be native or rsync, not 'rsnyc' (did you mean 'rsync'?)")]
    [InlineData("version: 1\ntransfer: { fresh_for: 1w }", "c.yaml:2:24: transfer.fresh_for must be a duration such as 90s, 5m or 1h30m, at most 3650d, not '1w'")]
    [InlineData("version: 1\ntransfer: { bandwidth_limit: 10M }", "c.yaml:2:30: transfer.bandwidth_limit must be bytes per second such as 100MB, 10MiB or 0 for no limit, not '10M'")]
    [InlineData("version: 1\npurge: 15d", "c.yaml:2:8: purge must be a mapping, not '15d'")]
    [InlineData("version: 1\npurge: { by: mtime }", "c.yaml:2:8: purge has no age; write 'purge: { after: 15d, by: mtime }', or 'after: 0' if nothing is purged")]
    [InlineData("version: 1\npurge: { after: soon }", "c.yaml:2:17: purge.after must be a duration such as 15d, at most 3650d, or 0 for never, not 'soon'")]
    [InlineData("version: 1\npurge: { after: 3651d }", "c.yaml:2:17: purge.after must be a duration such as 15d, at most 3650d, or 0 for never, not '3651d'")]
    [InlineData("version: 1\npurge: { after: 15d, by: mtim }", "c.yaml:2:26: purge.by must be atime or mtime or ctime, not 'mtim' (did you mean 'mtime'?)")]
    [InlineData("version: 1\npurge: { aftr: 15d }", "c.yaml:2:10: unknown key 'aftr' (did you mean 'after'?)")]
    [InlineData("version: 1\nscratch: []", "c.yaml:2:10: scratch must be a path or a list of paths, not an empty list")]
    [InlineData("version: 1\n? [a]\n: b", "c.yaml:2:1: not valid YAML: a key must be plain text")]
    public void Errors_say_where_and_what(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigException>(() => Read(text)).Message);

    [Theory]
    [InlineData("{ after: 15d }", 15, PurgeClock.Modification)]
    [InlineData("{ after: 30d, by: atime }", 30, PurgeClock.Access)]
    [InlineData("{ after: 0, by: ctime }", 0, PurgeClock.Change)]
    public void The_purge_of_scratch_is_an_age_and_a_time(string yaml, int days, PurgeClock clock)
    {
        var purge = Read($"version: 1\npurge: {yaml}").Purge!.Value;
        Assert.Equal((TimeSpan.FromDays(days), clock), (purge.After, purge.By));
    }

    [Fact]
    public void A_project_may_not_choose_what_rsync_runs() => Assert.Contains(
        "may only be set in the user's own configuration",
        Assert.Throws<ConfigException>(() =>
            FerryFileReader.Read("ferry.yaml", "version: 1\ntransfer: { rsync_extra_args: [--rsh=evil] }", ConfigLevel.Project)).Message,
        StringComparison.Ordinal);

    private static ConfigLayer Read(string text) => FerryFileReader.Read("c.yaml", text, ConfigLevel.User);
}
