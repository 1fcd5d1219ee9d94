using Ferry.Cli.Config;
using static System.ConsoleKey;

namespace Ferry.Cli.Tests.Wizard;

/// <summary><c>ferry init</c> where there is a configuration.</summary>
public sealed class SetupEditTests : IDisposable
{
    private const string Existing = """
        # My own words.
        version: 1
        scratch: $SCRATCH   # the fast one
        images: { venv_base: ~/venvs }  # not the wizard's

        caches:
          # Big.
          HF_HOME: { source: ~/.cache/huggingface, exclude: ["*.lock"] } # keep
          OLD: ~/.cache/pip
        transfer:
          parallel_caches: 2 # gently
        """;

    private readonly SetupUser _user = new();

    public void Dispose() => _user.Dispose();

    [Fact]
    public void Enter_alone_changes_nothing()
    {
        _user.Context.WriteConfig(Existing);
        _user.Answer("", "", "", "", "", "", "");
        Assert.Equal(0, _user.Run());
        Assert.Equal(Existing, _user.Config);
        Assert.Contains("nothing to change", _user.Context.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_changes_is_shown_and_everything_else_stays()
    {
        _user.Context.WriteConfig(Existing);
        var torch = _user.Context.Home.MakeDirectory("home/.cache/torch");
        // Adds TORCH_HOME, third of the list; leaves OLD, the last, off; leaves credentials out; other jobs.
        _user.Answer("").Press(DownArrow, DownArrow, Spacebar, End, Spacebar).Answer("", "", "", "", "yes", "yes", "12", "", "", "", "", "", "");
        Assert.Equal(0, _user.Run());
        var expected = Existing
            .Replace("exclude: [\"*.lock\"] }", "exclude: [\"*.lock\", /token, /stored_tokens] }", StringComparison.Ordinal)
            .Replace("OLD: ~/.cache/pip", "OLD: { source: ~/.cache/pip, enabled: false }\n  TORCH_HOME: { source: ~/.cache/torch }", StringComparison.Ordinal)
            .Replace("parallel_caches: 2 # gently", "parallel_caches: 2 # gently\n  jobs: 12", StringComparison.Ordinal);
        Assert.Equal(expected.TrimEnd('\n'), _user.Config.TrimEnd('\n'));
        Assert.Contains("-   OLD: ~/.cache/pip", _user.Screen, StringComparison.Ordinal);
        Assert.Contains("+   TORCH_HOME: { source: ~/.cache/torch }", _user.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("# My own words.", _user.Screen, StringComparison.Ordinal);
        Assert.Equal(Existing, File.ReadAllText(_user.Context.ConfigPath + ".bak"));
        Assert.Equal(torch, _user.Context.Resolve().Caches[^1].Source);
    }

    [Fact]
    public void With_force_the_file_is_made_anew()
    {
        _user.Context.WriteConfig("not: [valid");
        Assert.Throws<ConfigException>(() => _user.Run());
        _user.Answer("", "", "", "", "", "", "", "");
        Assert.Equal(0, _user.Run(replace: true));
        Assert.Equal(2, _user.Context.Resolve().Caches.Count);
        Assert.Equal("not: [valid", File.ReadAllText(_user.Context.ConfigPath + ".bak"));
    }

    [Fact]
    public void A_list_of_scratch_directories_can_be_kept()
    {
        _user.Context.WriteConfig("version: 1\nscratch: [$NOWHERE, $SCRATCH]\ncaches: { PIP_CACHE_DIR: ~/.cache/pip }\n");
        _user.Answer("", "", "", "", "");
        Assert.Equal(0, _user.Run());
        Assert.Contains("$NOWHERE: the variable NOWHERE is not set", _user.Screen, StringComparison.Ordinal);
        Assert.Equal(["$NOWHERE", "$SCRATCH"], _user.Context.Load().Scratch.Value);
    }
}
