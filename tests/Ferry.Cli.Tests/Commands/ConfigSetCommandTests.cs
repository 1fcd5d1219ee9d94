using Ferry.Cli.Commands;
using Ferry.Cli.Config;
using Ferry.Cli.Tests.Support;

namespace Ferry.Cli.Tests.Commands;

public sealed class ConfigSetCommandTests : IDisposable
{
    private const string Text = """
        version: 1
        caches:
          A: /a   # short
          B: { source: /b }  # braces
        transfer:
          # why
          jobs: 4

        """;

    private readonly TestContext _context = new();

    public void Dispose() => _context.Dispose();

    [Theory]
    [InlineData("transfer.jobs", "8", "jobs: 4", "jobs: 8")]
    [InlineData("transfer.bandwidth_limit", "200MB", "  jobs: 4\n", "  jobs: 4\n  bandwidth_limit: 200MB\n")]
    [InlineData("caches.A.source", "~/x y", "A: /a ", "A: \"~/x y\" ")]
    [InlineData("caches.A", "/new", "A: /a ", "A: /new ")]
    [InlineData("caches.A.enabled", "false", "A: /a ", "A: { source: /a, enabled: false } ")]
    [InlineData("caches.B.enabled", "true", "source: /b }", "source: /b, enabled: true }")]
    [InlineData("caches.C", "$P/c", "  # braces\n", "  # braces\n  C: { source: $P/c }\n")]
    [InlineData("caches.B.exclude", "*.lock tmp", "source: /b }", "source: /b, exclude: [\"*.lock\", tmp] }")]
    [InlineData("caches.B.exclude", "x", "source: /b }", "source: /b, exclude: [x] }")]
    [InlineData("scratch", "$S", "  jobs: 4\n", "  jobs: 4\nscratch: $S\n")]
    [InlineData("scratch", "$S /t", "  jobs: 4\n", "  jobs: 4\nscratch: [$S, /t]\n")]
    public void A_setting_is_changed_and_nothing_else(string setting, string words, string old, string changed)
    {
        _context.WriteConfig(Text);
        Assert.Equal(0, Set(setting, words.Contains("x y", StringComparison.Ordinal) ? [words] : words.Split(' ')));
        Assert.Equal(Text.Replace(old, changed, StringComparison.Ordinal), File.ReadAllText(_context.ConfigPath));
    }

    [Theory]
    [InlineData("transfer.job", "8", "unknown setting 'transfer.job' (did you mean 'transfer.jobs'?)")]
    [InlineData("jobs", "8", "unknown setting 'jobs' (did you mean 'transfer.jobs'?)")]
    [InlineData("caches.A.enable", "true", "unknown setting 'caches.A.enable' (did you mean 'caches.A.enabled'?)")]
    [InlineData("xyz", "8", "unknown setting 'xyz'; 'ferry config show' lists all")]
    [InlineData("caches", "8", "caches is a section; name a setting in it, such as caches.HF_HOME.source")]
    [InlineData("version", "2", "version is the format of the file; it is not a setting")]
    [InlineData("app.remote", "2", "app is not a section that 'ferry config set' knows; write it with 'ferry config edit'")]
    [InlineData("hub.max_local", "much", "config set: hub.max_local must be a size such as 50GB, not 'much'")]
    [InlineData("caches.NONE.enabled", "true", "there is no cache NONE; to add it, set caches.NONE.source first")]
    [InlineData("caches.LD_PRELOAD", "/x", "LD_PRELOAD belongs to the shell or the linker; it cannot name a cache")]
    [InlineData("caches.a b", "/x", "'a b' is not the name of an environment variable (letters, digits, _; no digit first)")]
    [InlineData("transfer.jobs", "x", "config set: transfer.jobs must be auto or a whole number from 1 to 256, not 'x'")]
    [InlineData("transfer.engine", "rsyn", "config set: transfer.engine must be native or rsync, not 'rsyn' (did you mean 'rsync'?)")]
    [InlineData("caches.A.enabled", "maybe", "config set: caches.A.enabled must be true or false, not 'maybe'")]
    [InlineData("caches.A.source", "x/y", "config set: caches.A.source must be an absolute path, not 'x/y'")]
    [InlineData("caches.A.source", "~joe/y", "config set: caches.A.source: '~joe/y' names another user's home; write the whole path")]
    [InlineData("transfer.jobs", "", "transfer.jobs: a value is missing; to remove the setting, pass --unset")]
    [InlineData("transfer.jobs", "4 8", "transfer.jobs takes one value, not 2; quote it if it has blanks")]
    public void What_cannot_be_set_is_refused_and_the_file_stays(string setting, string words, string message)
    {
        _context.WriteConfig(Text);
        Assert.Equal(message, Assert.Throws<ConfigException>(() => Set(setting, words.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Message);
        Assert.Equal(Text, File.ReadAllText(_context.ConfigPath));
    }

    [Theory]
    [InlineData("transfer.jobs", "  # why\n  jobs: 4\n", "  # why\n", ":\n  #", ": {}\n  #")]
    [InlineData("caches.A", "  A: /a   # short\n", "")]
    [InlineData("transfer.engine", "", "")]
    public void A_setting_is_removed(string setting, string old, string changed, string old2 = "", string changed2 = "")
    {
        _context.WriteConfig(Text);
        Assert.Equal(0, ConfigSetCommand.Run(new() { Setting = setting, Unset = true }, _context.Command));
        var expected = old.Length == 0 ? Text : Text.Replace(old, changed, StringComparison.Ordinal);
        Assert.Equal(old2.Length == 0 ? expected : expected.Replace(old2, changed2, StringComparison.Ordinal), File.ReadAllText(_context.ConfigPath));
    }

    [Fact]
    public void The_source_of_a_cache_is_not_removed_alone()
    {
        _context.WriteConfig(Text);
        var message = Assert.Throws<ConfigException>(() => ConfigSetCommand.Run(new() { Setting = "caches.B.source", Unset = true }, _context.Command)).Message;
        Assert.Equal("a cache needs its source; to remove the cache, run 'ferry config set --unset caches.B'", message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_made()
    {
        Assert.Equal(0, Set("transfer.jobs", "8"));
        Assert.Equal("version: 1\ntransfer:\n  jobs: 8\n", File.ReadAllText(_context.ConfigPath));
    }

    [Fact]
    public void A_link_and_the_mode_of_its_file_stay()
    {
        var real = _context.Home.Write("dotfiles/ferry.yaml", Text);
        File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        Directory.CreateDirectory(Path.GetDirectoryName(_context.ConfigPath)!);
        File.CreateSymbolicLink(_context.ConfigPath, real);
        Assert.Equal(0, Set("transfer.jobs", "8"));
        Assert.Equal(real, new FileInfo(_context.ConfigPath).LinkTarget);
        Assert.Equal(Text.Replace("jobs: 4", "jobs: 8", StringComparison.Ordinal), File.ReadAllText(real));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(real));
        Assert.Equal([real], Directory.GetFileSystemEntries(Path.GetDirectoryName(real)!));
    }

    [Fact]
    public void A_project_that_says_otherwise_is_named_and_can_be_changed()
    {
        _context.WriteConfig(Text);
        var project = _context.Home.Write("home/ferry.yaml", "version: 1\ntransfer: { jobs: 2 }\n");
        Assert.Equal(0, Set("transfer.jobs", "8"));
        Assert.Contains($"ferry: in force is 2, which {project}:2:19 says", _context.Error, StringComparison.Ordinal);
        Assert.Equal(0, ConfigSetCommand.Run(new() { Setting = "transfer.jobs", Words = ["3"], Project = true }, _context.Command));
        Assert.Equal("version: 1\ntransfer: { jobs: 3 }\n", File.ReadAllText(project));
    }

    [Fact]
    public void A_cache_of_the_older_tool_is_changed_in_its_file()
    {
        const string older = "{\n  \"version\": 1,\n  // mine\n  \"vars\": {\n    \"HF_HOME\": {\n      \"source\": \"/old\",\n      \"enabled\": true\n    }\n  }\n}\n";
        var path = _context.Home.Write("home/.euler-files.json", older);
        Assert.Equal(0, Set("caches.HF_HOME.source", "/a$$b"));
        Assert.Equal(0, Set("caches.HF_HOME.enabled", "false"));
        Assert.Equal(older.Replace("/old", "/a$b", StringComparison.Ordinal).Replace("true", "false", StringComparison.Ordinal), File.ReadAllText(path));
        Assert.Equal("/a$$b", _context.Load().Caches[0].Source!.Value);
        Assert.Contains("cannot be set in the older tool's file; turn it into ferry's with 'ferry import'", Assert.Throws<ConfigException>(() => Set("caches.HF_HOME.exclude", "x")).Message, StringComparison.Ordinal);
        Assert.Contains("the older tool takes '~/x' literally", Assert.Throws<ConfigException>(() => Set("caches.HF_HOME.source", "~/x")).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_context.ConfigPath));
    }

    private int Set(string setting, params string[] words) => ConfigSetCommand.Run(new() { Setting = setting, Words = words }, _context.Command);
}
