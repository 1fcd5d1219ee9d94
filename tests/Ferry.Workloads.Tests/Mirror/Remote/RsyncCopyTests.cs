using Ferry.Core.Progress;
using Ferry.Core.Walking;
using Ferry.Testing;
using Ferry.Workloads.Mirror.Remote;
using Xunit;

namespace Ferry.Workloads.Tests.Mirror.Remote;

/// <summary>With the real rsync.</summary>
public sealed class RsyncCopyTests : IDisposable
{
    private readonly FakeMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [RequiresFact("rsync")]
    public void Hostile_names_arrive_from_and_at_another_machine_and_nothing_of_them_is_run()
    {
        _machine.FillHostile("src $(touch y)");
        var pulled = _machine.Copy(_machine.There("src $(touch y)"), _machine.Here("-pulled"));
        Assert.True(pulled.IsComplete);
        Assert.Empty(pulled.Problems);
        Assert.Equal(17, pulled.Files);
        Assert.Empty(RsyncOracle.Differences(_machine.Tree["src $(touch y)"], _machine.Tree["-pulled"]));
        var pushed = _machine.Copy(_machine.Here("src $(touch y)"), _machine.There("pu'sh ed"));
        Assert.True(pushed.IsComplete);
        Assert.Empty(RsyncOracle.Differences(_machine.Tree["src $(touch y)"], _machine.Tree["pu'sh ed"]));
        Assert.Empty(_machine.Tree.Files("home"));
        Assert.Equal(["box", "box"], _machine.Tree.ReadText("hosts").TrimEnd().Split('\n'));
    }

    [RequiresFact("rsync")]
    public void A_path_without_a_slash_begins_in_the_home_directory_there()
    {
        _machine.Tree.Write("home/-data/f", "x");
        Assert.Equal(1, _machine.Copy(MirrorEnd.Parse("me@box:-data"), _machine.Here("a")).Files);
        Assert.Equal(1, _machine.Copy(MirrorEnd.Parse("box:~/-data"), _machine.Here("b")).Files);
        Assert.Equal("x", _machine.Tree.ReadText("a/f") + _machine.Tree.ReadText("b/f")[1..]);
    }

    [RequiresFact("rsync")]
    public void Everything_is_counted_while_it_runs()
    {
        _machine.Tree.WriteRandom("src/big", 3_000_000);
        _machine.Tree.Write("src/dir/small", "12345");
        _machine.Tree.Symlink("src/link", "big");
        _machine.Tree.HardLink("src/name", "src/big");
        _machine.Tree.Write("dst/gone", "");
        var progress = new TransferProgress();
        var planned = _machine.Copy(_machine.There("src"), _machine.Here("dst"), options => options with { Delete = true, DryRun = true });
        Assert.True(_machine.Tree.Exists("dst/gone"));
        var report = _machine.Copy(_machine.There("src"), _machine.Here("dst"), options => options with { Delete = true }, progress);
        Assert.Equal((4, 3_000_005, 1), (report.Files, report.Bytes, report.Deleted));
        Assert.Equal((4, 3_000_005, 1), (planned.Files, planned.Bytes, planned.Deleted));
        Assert.Equal((4, 3_000_005), (progress.Files, progress.Bytes));
        Assert.Equal(TransferPhase.Copying, progress.Phase);
        Assert.False(_machine.Tree.Exists("dst/gone"));
        _machine.Tree.Chmod("src/dir/small", "600");
        Assert.Equal((0, 1), (_machine.Copy(_machine.There("src"), _machine.Here("dst")) is var again ? again.Files : -1, again.Updated));
    }

    [RequiresFact("rsync")]
    public void Excluded_names_stay_behind_and_are_left_alone_at_the_destination()
    {
        _machine.Tree.Write("src/keep.tmp", "");
        _machine.Tree.Write("src/drop.tmp", "");
        _machine.Tree.Write("src/.ferry-tmp-1-2-3", "");
        _machine.Tree.Write("dst/old.tmp", "");
        var excludes = IgnorePatterns.Parse(["*.tmp", "!keep.tmp"]);
        var report = _machine.Copy(_machine.Here("src"), _machine.There("dst"), options => options with { Delete = true, Excludes = excludes });
        Assert.True(report.IsComplete);
        Assert.Equal(["keep.tmp", "old.tmp"], _machine.Tree.Files("dst"));
    }

    [RequiresFact("rsync")]
    public void What_is_no_file_is_skipped_and_named()
    {
        _machine.Tree.Write("src/file", "");
        _machine.Tree.Fifo("src/a \"pipe\"");
        var report = _machine.Copy(_machine.There("src"), _machine.Here("dst"));
        Assert.True(report.IsComplete);
        var problem = Assert.Single(report.Problems);
        Assert.Equal((ProblemKind.Warning, $"{_machine.There("src")}/a \"pipe\""), (problem.Kind, problem.Path));
    }

    [RequiresFact("rsync")]
    public void A_file_that_cannot_be_written_is_named_and_the_copy_is_not_complete()
    {
        _machine.Tree.Write("src/a/b", "x");
        _machine.Tree.Write("src/c", "x");
        // A directory that is not empty is in the way of a file.
        _machine.Tree.Write("dst/c/d", "x");
        var report = _machine.Copy(_machine.There("src"), _machine.Here("dst"));
        Assert.False(report.IsComplete);
        Assert.Contains(report.Problems, static problem => problem.Kind == ProblemKind.Failure);
        Assert.Equal("x", _machine.Tree.ReadText("dst/a/b"));
    }

    [RequiresFact("rsync")]
    public void A_machine_that_does_not_answer_is_named_with_what_to_do()
    {
        _machine.Tree.Write("src/f", "x");
        _machine.Tree.Write("ssh", "#!/bin/sh\necho 'ssh: connect to host box port 22: Connection refused' >&2\nexit 255\n");
        var error = Assert.Throws<RemoteException>(() => _machine.Copy(_machine.There("src"), _machine.Here("dst")));
        Assert.StartsWith("box: ssh: connect to host box port 22: Connection refused (rsync: exit code ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" box rsync --version", error.Message, StringComparison.Ordinal);
    }

    [RequiresFact("rsync")]
    public void A_machine_without_rsync_is_named_with_what_its_shell_says()
    {
        _machine.Tree.Write("src/f", "x");
        _machine.Tree.Write("ssh", "#!/bin/sh\necho 'bash: rsync: command not found' >&2\nexit 127\n");
        var error = Assert.Throws<RemoteException>(() => _machine.Copy(_machine.Here("src"), _machine.There("dst")));
        Assert.Contains("box: bash: rsync: command not found (rsync: exit code ", error.Message, StringComparison.Ordinal);
    }

    [RequiresFact("rsync")]
    public void An_interrupted_file_has_no_final_name_and_goes_on_where_it_stopped()
    {
        _machine.Tree.WriteRandom("src/big", 4_000_000);
        using (var cancellation = new CancellationTokenSource())
        {
            var options = new RsyncOptions { Source = _machine.There("src"), Destination = _machine.Here("dst"), Shell = _machine.Shell, BandwidthLimit = 1_000_000 };
            var runner = new StoppingRunner(cancellation, () => Temporary("dst") is { Length: > 300_000 });
            Assert.Throws<OperationCanceledException>(() => RsyncCopy.Run(options, runner, new(), cancellation.Token));
        }

        Assert.False(_machine.Tree.Exists("dst/big"));
        Assert.True(new FileInfo(_machine.Tree["dst/.ferry-tmp-rsync/big"]).Length > 0);
        var again = _machine.Copy(_machine.There("src"), _machine.Here("dst"));
        Assert.True(again.IsComplete);
        Assert.Equal(_machine.Tree.Read("src/big"), _machine.Tree.Read("dst/big"));
        Assert.Equal(["big"], _machine.Tree.Files("dst"));
        Assert.False(_machine.Tree.Exists("dst/.ferry-tmp-rsync"));
    }

    private FileInfo? Temporary(string directory) => Directory.Exists(_machine.Tree[directory])
        ? new DirectoryInfo(_machine.Tree[directory]).EnumerateFiles(".big.*").FirstOrDefault() : null;
}
