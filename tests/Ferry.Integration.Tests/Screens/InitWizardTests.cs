using Ferry.Testing;

namespace Ferry.Integration.Tests.Screens;

/// <summary><c>ferry init</c> asks on a terminal emulator.</summary>
public sealed class InitWizardTests : IDisposable
{
    // By what each question can be told, in their order.
    private static readonly string[] s_questions =
    [
        "Scratch directory (Enter: $SCRATCH)", "Which caches are to be staged?", "Another variable", "HF_HOME (Enter: ~/.cache/huggingface)",
        "TORCH_HOME (Enter: ~/.cache/torch)", "Leave them out of what is staged?", "Change any?", "Write it?",
    ];

    private readonly FerryUser _user = new();

    public InitWizardTests()
    {
        _user.Tree.Write("home/.cache/huggingface/model", "weights");
        _user.Tree.Write("home/.cache/torch/checkpoint", "more weights");
        _user.Env["SCRATCH"] = _user.Scratch;
        _user.Tree.MakeDirectory("bin");
        _user.Tree.Symlink("bin/ferry", FerryBinary.Path);
    }

    public void Dispose() => _user.Dispose();

    [RequiresTheory("ferry", "tmux")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Ctrl_C_ends_it_at_any_question_without_traces(int question)
    {
        using var screen = Screen(80);
        Start(screen, "ferry init");
        AnswerUpTo(screen, question);
        screen.Press("C-c");
        ExpectNothing(screen, 130, "interrupted by SIGINT; nothing was written");
    }

    [RequiresTheory("ferry", "tmux")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void Escape_goes_back_and_at_last_out(int question)
    {
        using var screen = Screen(80);
        Start(screen, "ferry init");
        AnswerUpTo(screen, question);
        // Each shows something new before the next is pressed.
        for (var lines = screen.Lines; !lines.Contains("ferry: nothing was written");)
        {
            screen.Press("Escape");
            lines = screen.WaitFor(now => !now.SequenceEqual(lines));
        }
        ExpectNothing(screen, 1, "ferry: nothing was written");
    }

    [RequiresFact("ferry", "tmux")]
    public void A_signal_ends_it_without_traces()
    {
        using var screen = Screen(80);
        Start(screen, "ferry init");
        AnswerUpTo(screen, 1);
        Tool.Run("kill", ["-TERM", $"{screen.RunningProcess()}"]).OrThrow();
        ExpectNothing(screen, 143, "interrupted by SIGTERM; nothing was written");
    }

    [RequiresTheory("ferry", "tmux")]
    [InlineData(40, "screen", "")]
    [InlineData(80, "screen", "NO_COLOR=1")]
    [InlineData(200, "xterm-256color", "")]
    [InlineData(80, "dumb", "")]
    public void Enter_all_the_way_writes_a_configuration_that_works(int columns, string term, string variable)
    {
        using var screen = Screen(columns);
        Start(screen, $"TERM={term} {variable} ferry init >out");
        string[] questions = ["Scratch directory", "to be staged?", "Another variable", "HF_HOME (Enter", "TORCH_HOME (Enter", "Leave them out", "Change any?", "Write it?"];
        foreach (var question in questions)
        {
            // A narrow terminal breaks lines, also within what is looked for.
            screen.WaitFor(lines => string.Join(' ', lines).Contains(question, StringComparison.Ordinal) && lines[^1] is not "$");
            screen.Press("Enter");
        }
        var lines = screen.WaitFor(IsOver);
        Assert.Contains("code=0", lines);
        Assert.Contains(lines, static l => l.StartsWith("next: eval", StringComparison.Ordinal));
        Assert.Equal("", _user.Tree.ReadText("home/out"));
        ExpectSaneTerminal(screen);
        var sync = _user.Run("sync").OrThrow();
        Assert.Equal("weights", File.ReadAllText(_user.Exported(sync, "HF_HOME") + "/model"));
    }

    [RequiresFact("ferry", "tmux")]
    public void Arrows_and_blanks_choose()
    {
        using var screen = Screen(80);
        Start(screen, "ferry init");
        AnswerUpTo(screen, 1);
        screen.WaitFor(static lines => lines.Any(static l => l.StartsWith("> [X] HF_HOME ", StringComparison.Ordinal)));
        screen.Press("Down");
        screen.WaitFor(static lines => lines.Any(static l => l.StartsWith("> [X] TORCH_HOME ", StringComparison.Ordinal)));
        screen.Press("Space");
        screen.WaitFor(static lines => lines.Any(static l => l.StartsWith("> [ ] TORCH_HOME ", StringComparison.Ordinal)));
        screen.Press("Enter");
        foreach (var question in (string[])["Another variable", "HF_HOME (Enter", "Leave them out", "Change any?"])
        {
            screen.WaitFor(lines => lines.Any(l => l.Contains(question, StringComparison.Ordinal)));
            screen.Press("Enter");
        }
        screen.WaitFor(static lines => lines.Any(static l => l.StartsWith("> Write it", StringComparison.Ordinal)));
        screen.Press("Enter");
        screen.WaitFor(static lines => lines.Contains("code=0"));
        Assert.DoesNotContain("TORCH_HOME", _user.Tree.ReadText("home/.config/ferry/config.yaml"), StringComparison.Ordinal);
    }

    [RequiresTheory("ferry", "tmux")]
    [InlineData("ferry init </dev/null", 2, "pass --yes")]
    [InlineData("ferry init 2>err", 2, "would be")]
    [InlineData("ferry init --scratch /tmp", 2, "pass --yes")]
    [InlineData("ferry init --yes", 0, "next: eval")]
    public void It_asks_nobody_who_cannot_answer_or_has_said_enough(string command, int code, string said)
    {
        using var screen = Screen(200);
        Start(screen, command);
        var lines = screen.WaitFor(IsOver);
        Assert.Contains($"code={code}", lines);
        Assert.Contains(lines, line => line.Contains(said, StringComparison.Ordinal));
        Assert.Equal(code == 0, _user.Tree.Exists("home/.config"));
    }

    private static bool IsOver(string[] lines) => lines.Any(static l => l.StartsWith("code=", StringComparison.Ordinal));

    private TmuxScreen Screen(int columns) => new(columns, 50, new Dictionary<string, string?>
    {
        ["HOME"] = _user.Home,
        ["SCRATCH"] = _user.Scratch,
        ["PATH"] = $"{_user.Tree["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
    });

    private static void Start(TmuxScreen screen, string command) => screen.Enter($"cd; clear; {command}; echo code=$?");

    private static void AnswerUpTo(TmuxScreen screen, int question)
    {
        for (var i = 0; i <= question; i++)
        {
            var now = s_questions[i];
            screen.WaitFor(lines => lines.Any(l => l.Contains(now, StringComparison.Ordinal)));
            if (i < question) screen.Press("Enter");
        }
    }

    private void ExpectNothing(TmuxScreen screen, int code, string said)
    {
        var lines = screen.WaitFor(IsOver);
        Assert.Contains($"code={code}", lines);
        Assert.Contains(lines, line => line.Contains(said, StringComparison.Ordinal));
        Assert.False(_user.Tree.Exists("home/.config"));
        ExpectSaneTerminal(screen);
    }

    private static void ExpectSaneTerminal(TmuxScreen screen)
    {
        Assert.True(screen.CursorIsVisible);
        screen.Enter("clear; stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(echo|icanon|isig|icrnl|opost)' | sort | tr '\\n' ' '; echo; echo seen");
        var modes = screen.WaitFor(static lines => lines.Contains("seen"));
        Assert.Contains("echo icanon icrnl isig opost", modes);
    }
}
