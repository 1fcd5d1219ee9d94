using System.Text.RegularExpressions;
using Ferry.Cli.Output;
using Ferry.Core.Linux;
using Ferry.Core.Progress;

namespace Ferry.Cli.Tests.Output;

/// <summary>Lines of progress for terminals of any width and height.</summary>
public sealed partial class ProgressLayoutTests
{
    private static readonly ScreenStyle s_plain = new(true, false, false);

    private static readonly ProgressRow s_copying = new(
        "HF_HOME", TransferPhase.Copying, TimeSpan.FromSeconds(5), 1_210_000_000, 2_800_000_000, 812, 4567, 512e6, TimeSpan.FromSeconds(185));

    private static readonly ProgressRow s_comparing = new("TORCH_HOME", TransferPhase.Comparing, TimeSpan.FromSeconds(12), 0, 0, 0, 0, null, null);

    private static readonly ProgressRow s_waiting = s_comparing with { Name = "PIP_CACHE_DIR", Phase = TransferPhase.Waiting };

    [Fact]
    public void A_wide_terminal_shows_everything() => Assert.Equal(
        [
            "HF_HOME        #################.......................   43%     1.21/2.80 GB    812/4,567 files   512 MB/s  3m05s",
            "TORCH_HOME     comparing  12s",
            "PIP_CACHE_DIR  waiting for another process  12s",
        ],
        Text([s_copying, s_comparing, s_waiting], 200));

    [Fact]
    public void Eighty_columns_show_a_bar() => Assert.Equal(
        "HF_HOME  ####......   43%     1.21/2.80 GB    812/4,567 files   512 MB/s  3m05s", Text([s_copying], 80)[0]);

    [Fact]
    public void Forty_columns_show_how_far_and_how_long() => Assert.Equal(
        ["HF_HOME         43%   512 MB/s  3m05s", "PIP_CACHE_DIR  waiting for another pr.."], Text([s_copying, s_waiting], 40));

    [Fact]
    public void Verifying_is_said_where_there_is_a_bar() => Assert.Equal(
        "HF_HOME  verifying  ##########..............   43%     1.21/2.80 GB",
        Text([s_copying with { Phase = TransferPhase.Verifying, TotalFiles = 0, Files = 0, Rate = null, Left = null }], 68)[0]);

    [Fact]
    public void Files_without_bytes_are_counted() => Assert.Equal(
        "LINKS  ####################....................   50%  1/2 files",
        Text([new("LINKS", TransferPhase.Copying, TimeSpan.Zero, 0, 0, 1, 2, null, null)], 100)[0]);

    [Fact]
    public void Columns_stay_where_they_are_while_numbers_grow()
    {
        var starts = Enumerable.Range(0, 101).Select(percent => Text(
            [s_copying with { Bytes = 28_000_000L * percent, Files = 45L * percent, Rate = 10e6 * (percent + 1), Left = TimeSpan.FromSeconds(100 - percent) }], 100)[0]);
        Assert.Single(starts.Select(line => (line.Length, line.IndexOf('%'), line.IndexOf("/s", StringComparison.Ordinal))).Distinct());
    }

    [Fact]
    public void A_long_list_ends_with_how_many_there_are_more()
    {
        var rows = Enumerable.Range(0, 30).Select(i => s_copying with { Name = $"CACHE_{i}" }).ToList();
        var lines = ProgressLayout.Lines(rows, new TerminalSize(80, 10), s_plain);
        Assert.Equal(9, lines.Count);
        Assert.Equal("and 22 more", lines[^1].Text);
        Assert.Single(ProgressLayout.Lines(rows, new TerminalSize(80, 1), s_plain));
        Assert.Equal(30, ProgressLayout.Lines(rows, new TerminalSize(80, 31), s_plain).Count);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void No_line_reaches_the_last_column(bool unicode, bool colour)
    {
        var style = new ScreenStyle(true, colour, unicode);
        var random = new Random(1);
        for (var round = 0; round < 3000; round++)
        {
            var columns = random.Next(1, 220);
            var rows = Enumerable.Range(0, random.Next(1, 6)).Select(_ => RandomRow(random)).ToList();
            Assert.All(ProgressLayout.Lines(rows, new TerminalSize(columns, 24), style), line =>
            {
                Assert.InRange(line.Columns, 0, Math.Max(0, columns - 1));
                Assert.Equal(line.Columns, Escape().Replace(line.Text, "").Length);
                Assert.Equal(unicode, !System.Text.Ascii.IsValid(line.Text) || unicode);
                Assert.Equal(colour, line.Text.Contains('\u001b') || colour);
            });
        }
    }

    [Theory]
    [InlineData("xterm", null, "en_US.UTF-8", true, true, true)]
    [InlineData("xterm", "1", "C.utf8", true, false, true)]
    [InlineData("xterm", "", "C", true, true, false)]
    [InlineData("dumb", null, "C.UTF-8", false, false, true)]
    [InlineData(null, null, null, false, false, false)]
    public void The_environment_says_what_can_be_shown(string? term, string? noColour, string? locale, bool moves, bool colour, bool unicode)
    {
        var environment = new Support.TestEnvironment("/home/jdoe");
        foreach (var (name, value) in new[] { ("TERM", term), ("NO_COLOR", noColour), ("LC_ALL", ""), ("LANG", locale) })
        {
            if (value is not null)
                environment.Variables[name] = value;
        }

        Assert.Equal(new ScreenStyle(moves, colour, unicode), ScreenStyle.Of(environment));
    }

    private static ProgressRow RandomRow(Random random)
    {
        var total = random.NextInt64(0, 1L << random.Next(1, 60));
        var files = random.NextInt64(0, 1L << random.Next(1, 40));
        return new ProgressRow(
            new string('N', random.Next(1, 80)), (TransferPhase)random.Next(0, 6), TimeSpan.FromSeconds(random.Next(1 << random.Next(1, 30))),
            random.NextInt64(0, total + 1), total, random.NextInt64(0, files + 1), files,
            random.Next(2) == 0 ? null : random.NextDouble() * 1e12, random.Next(2) == 0 ? null : TimeSpan.FromSeconds(random.Next(8_000_000)));
    }

    private static string[] Text(List<ProgressRow> rows, int columns) =>
        [.. ProgressLayout.Lines(rows, new TerminalSize(columns, 24), s_plain).Select(line => line.Text)];

    [GeneratedRegex("\u001b\\[[0-9]*m")]
    private static partial Regex Escape();
}
