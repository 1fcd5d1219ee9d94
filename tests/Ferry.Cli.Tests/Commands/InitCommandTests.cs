using Ferry.Cli.Commands;
using Ferry.Cli.Config;
using Ferry.Cli.Tests.Support;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Cli.Tests.Commands;

public sealed class InitCommandTests : IDisposable
{
    private readonly TestContext _context = new();

    public InitCommandTests()
    {
        _context.Home.Write("home/.cache/huggingface/hub/model", new string('x', 1500));
        _context.Home.MakeDirectory("home/.cache/pip");
        _context.Environment.Variables["SCRATCH"] = _context.Home.MakeDirectory("scratch");
    }

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Finds_caches_and_writes_what_it_can_read_back()
    {
        Assert.Equal(0, Run(new() { Yes = true }));
        var settings = _context.Resolve();
        Assert.Equal(_context.Home.At("scratch"), settings.ScratchBase);
        Assert.Equal(
            ["HF_HOME True", "HF_HUB_CACHE False", "PIP_CACHE_DIR True", "XDG_CACHE_HOME False"],
            settings.Caches.Select(c => $"{c.Name} {c.Enabled}"));
        Assert.Contains("scratch: $SCRATCH\n", File.ReadAllText(_context.ConfigPath), StringComparison.Ordinal);
        Assert.Contains("HF_HOME: { source: ~/.cache/huggingface, exclude: [/token, /stored_tokens] }", File.ReadAllText(_context.ConfigPath), StringComparison.Ordinal);
        Assert.Contains("next: eval \"$(/opt/ferry/bin/ferry sync)\"", _context.Out, StringComparison.Ordinal);
        Assert.Matches(@"\[x\] HF_HOME +1\.50 kB +1 file +Hugging Face", _context.Out);
        Assert.Contains("once, in ~/.bashrc: eval \"$(/opt/ferry/bin/ferry shell-init)\"", _context.Out, StringComparison.Ordinal);
        Assert.Contains("ferry: HF_HOME: /token, /stored_tokens will not be staged: your access token", _context.Error, StringComparison.Ordinal);
        Assert.Contains("XDG_CACHE_HOME is left off", _context.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_context.ConfigPath)!));
    }

    [Fact]
    public void Without_yes_shows_the_file_and_writes_nothing()
    {
        Assert.Equal(2, Run(new()));
        Assert.False(File.Exists(_context.ConfigPath));
        Assert.Contains("version: 1", _context.Out, StringComparison.Ordinal);
        Assert.Equal("ferry: nothing was written; pass --yes to write it", _context.Error.Trim().Split('\n')[^1]);
    }

    [Fact]
    public void Keeps_an_existing_file_unless_forced()
    {
        _context.WriteConfig("old");
        var message = Assert.Throws<ConfigException>(() => Run(new() { Yes = true })).Message;
        Assert.Equal($"{_context.ConfigPath}: already exists; pass --force to replace it (the old one is kept as .bak)", message);
        Assert.Equal("old", File.ReadAllText(_context.ConfigPath));
        Assert.Equal(0, Run(new() { Yes = true, Force = true }));
        Assert.Equal("old", File.ReadAllText(_context.ConfigPath + ".bak"));
        Assert.NotEmpty(_context.Resolve().Caches);
    }

    [Fact]
    public void A_link_to_shared_settings_stays_a_link()
    {
        var real = _context.Home.Write("dotfiles/ferry.yaml", "old");
        Directory.CreateDirectory(Path.GetDirectoryName(_context.ConfigPath)!);
        File.CreateSymbolicLink(_context.ConfigPath, real);
        Run(new() { Yes = true, Force = true });
        Assert.Equal(real, new FileInfo(_context.ConfigPath).LinkTarget);
        Assert.StartsWith("# Configuration", File.ReadAllText(real), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/p/a b")]
    [InlineData("/p/$dollar\"quote'\\back")]
    [InlineData("/p/line\nend\u2028: {x} # y")]
    public void Odd_paths_survive(string path)
    {
        Assert.Equal(0, Run(new() { Yes = true, Variables = ["MY_CACHE=" + path, "OTHER=~/x"] }));
        var settings = _context.Resolve();
        Assert.Equal(path, settings.Caches[0].Source);
        Assert.Equal(_context.Environment.Home + "/x", settings.Caches[1].Source);
    }

    [Theory]
    [InlineData("HF_HOME")]
    [InlineData("HF_HOME=rel")]
    [InlineData("1A=/x")]
    [InlineData("LD_LIBRARY_PATH=/x")]
    public void Bad_variables_are_refused(string given) =>
        Assert.StartsWith("--var", Assert.Throws<ConfigException>(() => Run(new() { Yes = true, Variables = [given] })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_given_scratch_is_written_as_given()
    {
        Run(new() { Yes = true, Scratch = "${WORK}/fast dir" });
        Assert.Contains("scratch: \"${WORK}/fast dir\"\n", File.ReadAllText(_context.ConfigPath), StringComparison.Ordinal);
        Assert.Throws<ConfigException>(() => Run(new() { Scratch = "rel" }));
    }

    [Fact]
    public void A_variable_that_a_sync_has_set_means_the_source()
    {
        var staged = _context.Home.MakeDirectory("scratch/.cache/ferry/HF_HOME");
        _context.Home.MakeDirectory("scratch/.cache/ferry/PIP_CACHE_DIR");
        var project = _context.Home.MakeDirectory("project/huggingface");
        _context.Home.Write("scratch/.cache/ferry/.HF_HOME.lock", "");
        _context.Home.Write("scratch/.cache/ferry/.PIP_CACHE_DIR.lock", "");
        var marker = _context.Home.At("scratch/.cache/ferry/.HF_HOME.synced");
        new FreshnessMarker(DateTimeOffset.UnixEpoch, project, default).Write(marker, "HF_HOME");
        _context.Environment.Variables["HF_HOME"] = staged;
        _context.Environment.Variables["PIP_CACHE_DIR"] = _context.Home.At("scratch/.cache/ferry/PIP_CACHE_DIR/");
        Run(new() { Yes = true });
        var sources = _context.Resolve().Caches.ToDictionary(c => c.Name, c => c.Source);
        Assert.Equal(project, sources["HF_HOME"]);
        Assert.Equal(_context.Environment.Home + "/.cache/pip", sources["PIP_CACHE_DIR"]);
    }

    private int Run(InitCommand.Options options) => InitCommand.Run(options, _context.Command, Trees.Measure);
}
