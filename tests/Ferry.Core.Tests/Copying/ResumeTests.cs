using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;
using Ferry.Testing;

namespace Ferry.Core.Tests.Copying;

/// <summary>A run goes on inside of a large file that a killed one had begun, as far as the bytes on the target prove what the journal claims.</summary>
public sealed class ResumeTests : IDisposable
{
    private const string Victim = "nobody may write here";

    private readonly InterruptedCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [RequiresTheory("rsync")]
    [InlineData(DigestAlgorithm.Blake3)]
    [InlineData(DigestAlgorithm.Sha256)]
    public void What_is_proven_is_not_read_from_the_source_again(DigestAlgorithm algorithm)
    {
        _copy.Leave(0, 1, 5, InterruptedCopy.Ranges - 1);
        _copy.AssertContinued(InterruptedCopy.BytesWithout(0, 1, 5, InterruptedCopy.Ranges - 1), algorithm);
    }

    [RequiresTheory("rsync")]
    [InlineData(DigestAlgorithm.Blake3)]
    [InlineData(DigestAlgorithm.Sha256)]
    public void A_range_with_a_wrong_bit_is_copied_again(DigestAlgorithm algorithm)
    {
        _copy.Leave(2, 3, 4);
        using (var file = new FileStream(_copy.Temporary, FileMode.Open))
        {
            file.Position = (3L * LargeFile.RangeBytes) + 1000;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        _copy.AssertContinued(InterruptedCopy.BytesWithout(2, 4), algorithm);
    }

    [RequiresFact("rsync")]
    public void The_room_that_is_taken_already_is_not_asked_for_again()
    {
        _copy.Leave(0, 1);
        Assert.True(_copy.Copy(out var unfinished).IsComplete);
        Assert.Equal(2 * LargeFile.RangeBytes, unfinished);
    }

    [RequiresFact("rsync")]
    public void A_file_that_was_shortened_has_its_lost_ranges_copied_again()
    {
        _copy.Leave(0, 1, 2);
        using (var file = new FileStream(_copy.Temporary, FileMode.Open)) file.SetLength((2 * LargeFile.RangeBytes) - 1);
        _copy.AssertContinued(InterruptedCopy.BytesWithout(0));
    }

    [RequiresFact("rsync")]
    public void A_file_longer_than_the_source_is_nothing_to_go_on_with()
    {
        _copy.Leave(0, 1, 2);
        using (var file = new FileStream(_copy.Temporary, FileMode.Open)) file.SetLength(InterruptedCopy.Size + 1);
        _copy.AssertContinued(InterruptedCopy.Size);
    }

    [RequiresTheory("rsync")]
    [InlineData("ln -s \"$1\" \"$2\"")]
    [InlineData("ln \"$1\" \"$2\"")]
    [InlineData("mkfifo \"$2\"")]
    public void What_is_not_the_recorded_file_is_not_written_to(string replacement)
    {
        var victim = _copy.Tree.Write("elsewhere/victim", Victim);
        _copy.Leave(0, 1, 2);
        File.Delete(_copy.Temporary);
        Tool.Bash(replacement, victim, _copy.Temporary).OrThrow();
        _copy.AssertContinued(InterruptedCopy.Size);
        Assert.Equal(Victim, File.ReadAllText(victim));
    }

    [RequiresFact("rsync")]
    public void A_directory_under_the_recorded_name_stays()
    {
        _copy.Leave(0);
        File.Delete(_copy.Temporary);
        _copy.Tree.Write($"target/d/{InterruptedCopy.TemporaryName}/file", Victim);
        var report = _copy.Copy(out _);
        Assert.Equal(InterruptedCopy.Size, report.Bytes);
        Assert.Equal(Victim, File.ReadAllText(Path.Combine(_copy.Temporary, "file")));
        Directory.Delete(_copy.Temporary, recursive: true);
        Assert.True(_copy.Copy(out _).IsComplete);
        _copy.AssertWhole();
    }

    [RequiresFact("rsync", "root")]
    public void A_file_of_another_user_is_nothing_to_go_on_with()
    {
        _copy.Leave(0, 1);
        Tool.Run("chown", ["12345", _copy.Temporary]).OrThrow();
        _copy.AssertContinued(InterruptedCopy.Size);
    }

    [RequiresFact("rsync")]
    public void A_file_that_had_all_but_its_name_is_taken_with_the_mode_of_its_source()
    {
        _copy.Tree.Chmod("source/d/large", "440");
        _copy.Leave([.. Enumerable.Range(0, InterruptedCopy.Ranges)]);
        Tool.Run("chmod", ["400", _copy.Temporary]).OrThrow();
        _copy.AssertContinued(0);
    }

    [RequiresFact("rsync")]
    public void Records_of_ranges_that_the_file_does_not_have_count_for_nothing()
    {
        _copy.Leave(0);
        var chain = InterruptedCopy.ChainOf(1);
        _copy.Journal(InterruptedCopy.TemporaryName,
            (0, InterruptedCopy.ChainOf(0)), (-1, chain), (InterruptedCopy.Ranges, chain), (int.MaxValue, chain), (int.MinValue, chain), (1, chain), (2, chain));
        _copy.AssertContinued(InterruptedCopy.BytesWithout(0));
    }

    [RequiresTheory("rsync")]
    [InlineData("../.ferry-tmp-3e8-abc-1")]
    [InlineData(".ferry-tmp-/../../victim")]
    [InlineData("victim")]
    [InlineData("")]
    [InlineData(".ferry-tmp-1-2-00000000000000000000000000000000000000000000000000000000000000000000000000")]
    public void A_record_with_a_name_that_no_run_gives_is_passed_over(string name)
    {
        var victim = _copy.Tree.Write("target/victim", Victim);
        var beside = _copy.Tree.Write("target/.ferry-tmp-3e8-abc-1", Victim);
        _copy.Journal(name, (0, InterruptedCopy.ChainOf(0)));
        Assert.Equal(InterruptedCopy.Size, _copy.Copy(out var unfinished).Bytes);
        Assert.Equal(0, unfinished);
        Assert.Equal(Victim, File.ReadAllText(victim));
        File.Delete(victim);
        File.Delete(beside);
    }

    [RequiresFact("rsync")]
    public void What_was_read_from_another_version_of_the_source_is_thrown_away()
    {
        _copy.Leave(0, 1, 2);
        _copy.Tree.Write("source/d/large", InterruptedCopy.Content(2));
        _copy.Tree.SetTime("source/d/large", 1_600_000_000, 77);
        _copy.AssertContinued(InterruptedCopy.Size);
    }

    [RequiresTheory("rsync")]
    [InlineData("source/d/large")]
    [InlineData("source/d")]
    public void What_the_source_no_longer_has_is_removed(string gone)
    {
        _copy.Leave(0, 1, 2);
        if (gone.EndsWith('d')) Directory.Delete(_copy.Tree[gone], recursive: true);
        else File.Delete(_copy.Tree[gone]);
        Assert.True(_copy.Copy(out _, delete: true).IsComplete);
        Assert.Empty(_copy.Tree.Files("target"));
    }

    [RequiresFact("rsync")]
    public void Of_a_file_that_has_arrived_nothing_else_is_kept()
    {
        Assert.True(_copy.Copy(out _).IsComplete);
        _copy.Leave(0, 1, 2);
        _copy.AssertContinued(0);
    }

    [RequiresFact("rsync")]
    public void Of_several_beginnings_the_one_with_most_is_taken_and_the_others_are_removed()
    {
        _copy.Leave(0, 1, 2, 3);
        var other = _copy.Tree[$"target/d/{InterruptedCopy.TemporaryName}2"];
        File.Move(_copy.Temporary, other);
        Array.ForEach(Directory.GetFiles(_copy.Tree.Path, "manifest.partial-*"), File.Delete);
        _copy.Journal($"{InterruptedCopy.TemporaryName}2", [.. Enumerable.Range(0, 4).Select(static range => (range, InterruptedCopy.ChainOf(range)))]);
        _copy.Leave(7);
        _copy.AssertContinued(InterruptedCopy.BytesWithout(0, 1, 2, 3));
    }

    [RequiresFact("rsync")]
    public void A_journal_from_before_the_rename_leads_to_the_former_name()
    {
        // The kill came after the new name was recorded with all claims, before the file had it.
        _copy.Leave(0, 1);
        _copy.Journal(".ferry-tmp-3e9-abc-1", (0, InterruptedCopy.ChainOf(0)), (1, InterruptedCopy.ChainOf(1)));
        _copy.AssertContinued(InterruptedCopy.BytesWithout(0, 1));
    }

    [RequiresFact("rsync")]
    public void Of_a_journal_that_is_cut_off_all_whole_records_count()
    {
        _copy.Leave(0, 1, 2);
        var journal = Assert.Single(Directory.GetFiles(_copy.Tree.Path, "manifest.partial-*"));
        using (var file = new FileStream(journal, FileMode.Open)) file.SetLength(file.Length - 5);
        _copy.AssertContinued(InterruptedCopy.BytesWithout(0, 1));
    }

    [Fact]
    public void A_file_notices_that_another_process_has_its_name()
    {
        var directory = Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(_copy.Tree["target"]), Kernel.ReadDirectory);
        var file = NewFile.CreateNamed(directory, 0x180, PathText.ToTerminated("name"));
        Assert.False(file.HasLostName());
        File.Move(_copy.Tree["target/name"], _copy.Tree["target/other"]);
        Assert.True(file.HasLostName());
        _copy.Tree.Write("target/name", Victim);
        Assert.True(file.HasLostName());
        file.Leave();
        Kernel.Close(directory);
    }
}
