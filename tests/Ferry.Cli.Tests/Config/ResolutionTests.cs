using Ferry.Cli.Config;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Tests.Support;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Tests.Config;

public sealed class ResolutionTests : IDisposable
{
    private readonly TestContext _context = new();

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Flag_wins_over_environment_over_project_over_user_over_default()
    {
        _context.WriteConfig("version: 1\ntransfer: { jobs: 1, parallel_caches: 1, fresh_for: 1s, lock_timeout: 1s }");
        _context.Home.Write("home/p/ferry.yaml", "version: 1\ntransfer: { jobs: 2, parallel_caches: 2, fresh_for: 2s }");
        _context.Environment.WorkingDirectory = _context.Home.MakeDirectory("home/p/q/r");
        _context.Environment.Variables["FERRY_JOBS"] = "3";
        _context.Environment.Variables["FERRY_PARALLEL_CACHES"] = "3";
        var config = _context.Load(new ConfigFlags().With(SettingName.Jobs, "4").With(SettingName.Engine, null));
        Assert.Equal((4, "--jobs"), (config.Jobs.Value, config.Jobs.Origin.Where));
        Assert.Equal((3, "FERRY_PARALLEL_CACHES"), (config.ParallelCaches.Value, config.ParallelCaches.Origin.Where));
        Assert.Equal(2, config.FreshFor.Value.TotalSeconds);
        Assert.Equal(_context.Home.At("home/p/ferry.yaml:2:53"), config.FreshFor.Origin.Where);
        Assert.Equal(1, config.LockTimeout.Value.TotalSeconds);
        Assert.Equal(ConfigLevel.Default, config.Engine.Origin.Level);
        Assert.Equal([_context.Home.At("home/p/ferry.yaml"), _context.ConfigPath], config.Files);
    }

    [Fact]
    public void A_project_changes_a_cache_key_by_key()
    {
        _context.WriteConfig("version: 1\ncaches: { A: { source: /a, exclude: [x] }, B: /b }");
        _context.Home.Write("home/ferry.yaml", "version: 1\ncaches: { A: { enabled: false }, C: /c }");
        _context.Environment.Variables["SCRATCH"] = _context.Home.MakeDirectory("scratch");
        var caches = _context.Resolve().Caches;
        Assert.Equal(["A /a False x", "B /b True ", "C /c True "], caches.Select(c => $"{c.Name} {c.Source} {c.Enabled} {string.Concat(c.Excludes)}"));
    }

    [Fact]
    public void Paths_are_expanded_at_run_time()
    {
        var scratch = _context.Home.MakeDirectory("scratch/jdoe");
        _context.WriteConfig("version: 1\nscratch: ${S}/$U\ncache_root: .cache/$JOB\ncaches: { A: ~/x/../y/, B: \"$P$$HOME\" }");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("S", _context.Home.At("scratch")), ("U", "jdoe"), ("JOB", "42"), ("P", "/p ")])
            _context.Environment.Variables[name] = value;
        var settings = _context.Resolve();
        Assert.Equal(scratch + "/.cache/42", settings.CacheRootPath);
        Assert.Equal([_context.Environment.Home + "/y", "/p $HOME"], settings.Caches.Select(c => c.Source));
        Assert.Equal(scratch + "/.cache/42/A", settings.TargetOf(settings.Caches[0]));
    }

    [Theory]
    [InlineData("caches: { A: $NOPE/x }", ":3:14: caches.A.source: the variable NOPE is not set")]
    [InlineData("caches: { A: $EMPTY/x }", ":3:14: caches.A.source: the variable EMPTY is empty")]
    [InlineData("caches: { A: x/y }", ":3:14: caches.A.source must be an absolute path, not 'x/y'")]
    [InlineData("caches: { A: ~other/y }", ":3:14: caches.A.source: '~other/y' names another user's home; write the whole path")]
    [InlineData("caches: { A: /a$ }", ":3:14: caches.A.source: '$' must be followed by a variable's name; write $$ for a dollar sign")]
    [InlineData("caches: { A: \"/a${B\" }", ":3:14: caches.A.source: '$' must be followed by a variable's name; write $$ for a dollar sign")]
    [InlineData("caches: { A: { enabled: true } }", ":3:11: caches.A has no source; write 'A: { source: /path }'")]
    [InlineData("caches: { A: /a }\ncache_root: ../x", ":4:13: cache_root must be a path below scratch without '..', not '../x'")]
    [InlineData("caches: { A: /a }\ncache_root: /x", ":4:13: cache_root must be a path below scratch without '..', not '/x'")]
    [InlineData("cache_root: x", "no caches are configured; run 'ferry init' to find them")]
    public void What_cannot_be_used_is_named(string text, string message)
    {
        _context.Environment.Variables["EMPTY"] = "";
        _context.WriteConfig($"version: 1\nscratch: {_context.Home.Path}\n{text}");
        Assert.EndsWith(message, Assert.Throws<ConfigException>(() => _context.Resolve()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_scratch_that_can_be_used_is_used()
    {
        var good = _context.Home.MakeDirectory("good");
        _context.WriteConfig($"version: 1\nscratch: [$NOPE, /nowhere/x, {_context.ConfigPath}, {good}, /tmp]\ncaches: {{ A: /a }}");
        Assert.Equal(good, _context.Resolve().ScratchBase);
    }

    [Fact]
    public void Without_a_usable_scratch_each_candidate_is_explained()
    {
        _context.WriteConfig($"version: 1\nscratch: [$NOPE, /nowhere/x, {_context.ConfigPath}, rel, /]\ncaches: {{ A: /a }}");
        Assert.Contains(
            $"config.yaml:2:10: no scratch directory can be used: $NOPE (the variable NOPE is not set); /nowhere/x (does not exist); " +
            $"{_context.ConfigPath} (not a directory); rel (not an absolute path); / (not writable); pass --scratch DIR",
            Assert.Throws<ConfigException>(() => new SettingsResolver(_context.Load(), _context.Environment, new OtherUser()).Resolve()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_of_ones_own_in_tmp_need_not_exist_yet()
    {
        _context.WriteConfig("version: 1\nscratch: [$NOPE, /tmp/ferry-no-such-user]\ncaches: { A: /a }");
        Assert.Equal("/tmp/ferry-no-such-user", _context.Resolve().ScratchBase);
    }

    [Fact]
    public void A_project_file_of_another_user_is_ignored()
    {
        _context.Home.Write("home/ferry.yaml", "version: 1\nscratch: /evil");
        var config = ConfigLoader.Load(_context.Environment, new OtherUser(), new ConfigFlags());
        Assert.Equal(["$SCRATCH"], config.Scratch.Value);
        Assert.Equal([_context.Home.At("home/ferry.yaml") + " belongs to another user and is ignored"], config.Notes);
    }

    [Fact]
    public void Reads_the_older_tools_file_when_no_other_has_caches()
    {
        _context.WriteConfig("version: 1\ntransfer: { fresh_for: 2h }");
        _context.Home.Write("home/.euler-files.json", Older);
        var config = _context.Load();
        Assert.Equal(["$SCRATCH"], config.Scratch.Value);
        Assert.Equal(".cache/euler-files", config.CacheRoot.Value);
        Assert.Equal(["HF_HOME", "PIP_CACHE_DIR"], config.Caches.Select(c => c.Name));
        Assert.False(config.Caches[1].Enabled!.Value);
        Assert.Equal((7, 300, 7200), (config.ParallelCaches.Value, config.LockTimeout.Value.TotalSeconds, config.FreshFor.Value.TotalSeconds));
        Assert.Equal(TransferEngine.Native, config.Engine.Value);
        Assert.Equal([_context.Home.At("home/.euler-files.json:8:23") + ": rsync_extra_args is only used with 'transfer: { engine: rsync }'"], config.Notes);
        _context.Environment.Variables["SCRATCH"] = _context.Home.Path;
        Assert.Equal("/cluster/home/jdoe/.cache/hugging$face", _context.Resolve().Caches[0].Source);
    }

    [Fact]
    public void The_older_tools_file_is_left_alone_once_there_are_caches()
    {
        _context.WriteConfig("version: 1\ncaches: {}");
        _context.Home.Write("home/.euler-files.json", "{ broken");
        Assert.Equal([_context.ConfigPath], _context.Load().Files);
    }

    [Fact]
    public void Values_that_were_not_UTF_8_are_refused()
    {
        var name = "FERRY_TEST_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, "/a\ufffd");
        Assert.Contains(name, Assert.Throws<ConfigException>(() => new HostEnvironment().Get(name)).Message, StringComparison.Ordinal);
    }

    private const string Older = """
        {
          "version": 1,
          "scratch_base": "$SCRATCH",
          "vars": {
            "HF_HOME": { "source": "/cluster/home/jdoe/.cache/hugging$face", "enabled": true },
            "PIP_CACHE_DIR": { "source": "/cluster/home/jdoe/.cache/pip", "enabled": false }
          },
          "rsync_extra_args": ["--bwlimit=50000"],
          "parallel_jobs": 7,
          "lock_timeout_seconds": 300,
          "skip_if_fresh_seconds": 3600,
          "apptainer": { "venv_base": "~/venvs", "images": { "a": { "venv_name": "a" } } },
          "migrations": [{ "old_path": "/a", "new_path": "/b", "migrated_at": 1700000000.0, "field_name": "source", "var_name": "HF_HOME" }]
        }
        """;

    /// <summary>The files are a third user's, and nothing is writable.</summary>
    private sealed class OtherUser : IHostFiles
    {
        private readonly HostFiles _real = new();

        public uint UserId => 4242;

        public PathFacts? Facts(string path) => _real.Facts(path) is { } facts ? facts with { OwnerId = 4243 } : null;

        public bool MayWriteIn(string directory) => false;

        public string? RealPath(string path) => _real.RealPath(path);
    }
}
