using Ferry.Cli.Config;
using Ferry.Workloads.Caches;
using static System.ConsoleKey;

namespace Ferry.Cli.Tests.Wizard;

/// <summary>The questions of <c>ferry init</c>. Found are HF_HOME, HF_HUB_CACHE, PIP_CACHE_DIR and XDG_CACHE_HOME, in this order.</summary>
public sealed class SetupWizardTests : IDisposable
{
    private readonly SetupUser _user = new();

    public void Dispose() => _user.Dispose();

    [Fact]
    public void Enter_alone_takes_what_was_found()
    {
        // Scratch, the list, no own variable, two sources, credentials, nothing advanced, write.
        _user.Answer("", "", "", "", "", "", "", "");
        Assert.Equal(0, _user.Run());
        var settings = _user.Context.Resolve();
        Assert.Equal(_user.Context.Home.At("scratch"), settings.ScratchBase);
        Assert.Equal(["HF_HOME", "PIP_CACHE_DIR"], settings.Caches.Select(c => c.Name));
        Assert.Equal(["/token", "/stored_tokens"], settings.Caches[0].Excludes);
        Assert.Contains("scratch: $SCRATCH\n", _user.Config, StringComparison.Ordinal);
        Assert.Contains("next: eval \"$(/opt/ferry/bin/ferry sync)\"", _user.Context.Error, StringComparison.Ordinal);
        Assert.Contains("7 B  ~/.cache/huggingface", _user.Screen, StringComparison.Ordinal);
        Assert.Equal("", _user.Context.Out);
    }

    [Fact]
    public void Every_answer_arrives_in_the_file()
    {
        var (other, data) = (_user.Context.Home.MakeDirectory("fast"), _user.Context.Home.MakeDirectory("data"));
        _user.Answer(other).Press(DownArrow, DownArrow, Spacebar).Answer("", "MY_DATA", "", "", data, "no", "yes", "8", "2", "90s", "0", "200MB", "now", "");
        Assert.Equal(0, _user.Run());
        var settings = _user.Context.Resolve();
        Assert.Equal(other, settings.ScratchBase);
        Assert.Equal([$"HF_HOME {_user.Context.Home.At("home/.cache/huggingface")}", $"MY_DATA {data}"], settings.Caches.Select(c => $"{c.Name} {c.Source}"));
        Assert.Empty(settings.Caches[0].Excludes);
        Assert.Equal(
            (8, 2, TimeSpan.FromSeconds(90), TimeSpan.Zero, 200_000_000L, StagedTimestamps.Now),
            (settings.Transfer.Jobs, settings.Transfer.ParallelCaches, settings.Transfer.LockTimeout, settings.Transfer.FreshFor,
                settings.Transfer.BandwidthLimitBytesPerSecond, settings.Transfer.Timestamps));
    }

    [Fact]
    public void A_wrong_answer_is_explained_and_asked_again()
    {
        _user.Answer("relative", "$NOWHERE/x", "no", "/no/such", "n", "$SCRATCH", "", "1A", "PATH", "HF_HOME", "", "$NOWHERE", "rel", "", "", "", "y", "0", "auto",
            "", "", "", "", "yesterday", "", "");
        Assert.Equal(0, _user.Run());
        foreach (var part in (string[])
            [
                "must be an absolute path, or begin with a variable", "NOWHERE is not set. Use it all the same?", "/no/such: does not exist. Use it all the same?",
                "1A is not the name of a variable", "PATH belongs to the shell", "HF_HOME is chosen already", "must be an absolute path, or begin with ~/",
                "transfer.jobs must be auto or a whole number", "transfer.timestamps must be preserve or now",
            ])
            Assert.Contains(part, _user.Screen, StringComparison.Ordinal);
        Assert.Equal(2, _user.Context.Resolve().Caches.Count);
    }

    [Fact]
    public void Of_overlapping_caches_one_chooses_which_to_stage()
    {
        // XDG_CACHE_HOME is chosen, too, and then preferred to what it contains.
        _user.Answer("").Press(DownArrow, DownArrow, DownArrow, Spacebar).Answer("", "", "", "", "").Press(DownArrow).Answer("", "", "", "");
        Assert.Equal(0, _user.Run());
        Assert.Contains("XDG_CACHE_HOME contains HF_HOME, PIP_CACHE_DIR", _user.Screen, StringComparison.Ordinal);
        Assert.Equal(["HF_HOME False", "PIP_CACHE_DIR False", "XDG_CACHE_HOME True"], _user.Context.Resolve().Caches.Select(c => $"{c.Name} {c.Enabled}"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Escape_goes_back_from_everywhere_and_at_last_out(int questions)
    {
        _user.Answer([.. Enumerable.Repeat("", questions)]).Press([.. Enumerable.Repeat(Escape, 8)]);
        Assert.Equal(1, _user.Run());
        Assert.False(_user.IsWritten);
        Assert.Equal("ferry: nothing was written", _user.Context.Error.Trim());
    }

    [Fact]
    public void What_was_answered_is_proposed_after_going_back()
    {
        var other = _user.Context.Home.MakeDirectory("fast");
        _user.Answer(other).Press(Escape).Answer("", "", "", "", "", "", "", "");
        Assert.Equal(0, _user.Run());
        Assert.Equal(other, _user.Context.Resolve().ScratchBase);
    }

    [Theory]
    [InlineData("quit")]
    [InlineData("back")]
    public void Words_do_what_keys_do(string word)
    {
        _user.Answer(word);
        Assert.Equal(1, _user.Run());
        Assert.False(_user.IsWritten);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_last_question_can_be_answered_by_no(int downs)
    {
        _user.Answer("", "", "", "", "", "", "").Press([.. Enumerable.Repeat(DownArrow, downs)]).Press(Enter);
        if (downs == 1)
            _user.Press([.. Enumerable.Repeat(Escape, 8)]);
        Assert.Equal(1, _user.Run());
        Assert.False(_user.IsWritten);
    }

    [Fact]
    public void A_signal_ends_it_without_traces()
    {
        _user.Answer("", "");
        _user.Context.Command.Cancellation.Cancel();
        var interrupted = Assert.Throws<InterruptedException>(() => _user.Run());
        Assert.Equal("nothing was written", interrupted.State);
        Assert.False(_user.IsWritten);
    }

    [Fact]
    public void Lists_are_numbered_where_the_terminal_can_do_no_more()
    {
        _user.CanMove = false;
        _user.Answer("", "3", "99", "", "", "", "", "", "", "1");
        Assert.Equal(0, _user.Run());
        Assert.Contains("  1) [x] HF_HOME", _user.Screen, StringComparison.Ordinal);
        Assert.Contains("Please answer with a number from 1 to 24.", _user.Screen, StringComparison.Ordinal);
        Assert.Equal(["HF_HOME"], _user.Context.Resolve().Caches.Select(c => c.Name));
    }

    [Fact]
    public void A_narrow_terminal_shows_names_and_sizes()
    {
        _user.Terminal.Width = 40;
        _user.Answer("", "", "", "", "", "", "", "");
        Assert.Equal(0, _user.Run());
        Assert.Contains("[X] HF_HOME 7 B", _user.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_older_tool_was_told_is_proposed()
    {
        var older = """{ "version": 1, "scratch_base": "$SCRATCH", "vars": { "TORCH_HOME": { "source": "@/torch" } }, "parallel_jobs": 2 }""";
        _user.Context.Home.MakeDirectory("home/torch");
        _user.Context.Home.Write("home/.euler-files.json", older.Replace("@", _user.Context.Environment.Home, StringComparison.Ordinal));
        _user.Answer("", "", "", "", "", "");
        Assert.Equal(0, _user.Run());
        var config = _user.Context.Load();
        Assert.Equal((".cache/euler-files", 2), (config.CacheRoot.Value, config.ParallelCaches.Value));
        Assert.Equal(["TORCH_HOME"], config.Caches.Select(c => c.Name));
        Assert.Equal(ConfigLevel.User, config.ParallelCaches.Origin.Level);
    }
}
