using Ferry.Core.Progress;
using Ferry.Testing;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Migration;

namespace Ferry.Workloads.Tests.Caches.Migration;

/// <summary>What happens to a tree that changes while it is moved, and to moves that end half way.</summary>
public sealed class CacheMigrationTests : IDisposable
{
    private const long LongAgo = 1_600_000_000;

    private readonly TempTree _tree = new();
    private readonly ClockWithHook _clock = new();

    public CacheMigrationTests()
    {
        foreach (var name in new[] { "a", "b", "sub/c", "sub/d" })
        {
            _tree.Write($"old/{name}", $"contents of {name}");
            _tree.SetTime($"old/{name}", LongAgo);
        }
        _tree.HardLink("old/sub/linked", "old/a");
    }

    private string Old => _tree["old"];

    private string New => _tree["new"];

    private string Record => _tree["state/migrations/X.json"];

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_tree_that_nobody_touches_is_moved_with_all_names()
    {
        var report = Move();
        Assert.Equal((MigrationOutcome.Migrated, 5, 7), (report.Outcome, report.Totals.Files, report.Removed));
        Assert.False(Path.Exists(Old));
        Assert.Equal(["a", "b", "sub/c", "sub/d", "sub/linked"], _tree.Files("new"));
        Assert.False(File.Exists(Record));
    }

    [Fact]
    public void What_changes_between_the_proof_and_the_deletion_is_kept_and_named()
    {
        var report = Move(switchSource: () =>
        {
            _tree.Write("old/sub/new", "new");
            _tree.MakeDirectory("old/sub/empty");
            // As long as before, and with the time of before: only its change time tells.
            _tree.Write("old/b", "CONTENTS OF B");
            _tree.SetTime("old/b", LongAgo);
            File.Delete(_tree["old/sub/d"]);
            _tree.Write("old/sub/d", "contents of d");
            _tree.SetTime("old/sub/d", LongAgo);
            _tree.Chmod("old/sub/c", "600");
        });
        Assert.Equal(MigrationOutcome.Kept, report.Outcome);
        Assert.Equal(["b", "sub/c", "sub/d", "sub/empty", "sub/new"], report.Problems.Select(problem => Path.GetRelativePath(Old, problem.Path)));
        Assert.Equal(["b", "sub/c", "sub/d", "sub/new"], _tree.Files("old"));
        Assert.Equal("CONTENTS OF B", _tree.ReadText("old/b"));
        Assert.Equal("contents of b", _tree.ReadText("new/b"));

        // The same again when the person has looked at it.
        Directory.Delete(Old, recursive: true);
        Assert.Equal(MigrationOutcome.Migrated, Move(source: New, to: null).Outcome);
        Assert.False(File.Exists(Record));
    }

    [Fact]
    public void What_changes_while_it_is_copied_arrives_in_its_last_version()
    {
        // The clock is asked before each walk: the second one comes when all is copied and read back.
        var asked = 0;
        _clock.Asked = () =>
        {
            if (++asked != 2) return;
            _tree.Write("old/b", "later");
            _tree.Write("old/sub/new", "new");
            File.Delete(_tree["old/sub/d"]);
        };
        Assert.Equal(MigrationOutcome.Migrated, Move().Outcome);
        Assert.Equal(["a", "b", "sub/c", "sub/linked", "sub/new"], _tree.Files("new"));
        Assert.Equal("later", _tree.ReadText("new/b"));
        Assert.False(Path.Exists(Old));
    }

    [Fact]
    public void A_tree_that_changes_all_the_time_stays_where_it_is()
    {
        var version = 0;
        _clock.Asked = () => _tree.Write("old/b", $"version {version++}");
        var switched = false;
        var report = Move(switchSource: () => switched = true);
        Assert.Equal((MigrationOutcome.Failed, false), (report.Outcome, switched));
        Assert.Contains("changes while it is copied", report.Error, StringComparison.Ordinal);
        Assert.Equal(5, _tree.Files("old").Length);
        _clock.Asked = null;
        Assert.Equal(MigrationOutcome.Migrated, Move().Outcome);
        Assert.Equal($"version {version - 1}", _tree.ReadText("new/b"));
    }

    [Fact]
    public void A_configuration_that_cannot_be_switched_leaves_the_old_directory_in_force()
    {
        Assert.Throws<IOException>(() => Move(switchSource: () => throw new IOException("read-only")));
        Assert.Equal(5, _tree.Files("old").Length);
        Assert.Equal(MigrationOutcome.Migrated, Move(to: null).Outcome);
        Assert.False(Path.Exists(Old));
    }

    [Fact]
    public void A_move_that_was_killed_right_after_the_switch_takes_nothing_from_the_new_directory()
    {
        Assert.Throws<IOException>(() => Move(switchSource: () => throw new IOException("killed after it")));
        // Jobs use the new directory, and the person has begun to clear the old one.
        _tree.Write("new/sub/c", "a job's version, newer");
        _tree.Write("new/by a job", "x");
        File.Delete(_tree["old/sub/d"]);
        Assert.Equal(MigrationOutcome.Migrated, Move(source: New, to: null).Outcome);
        Assert.Equal(["a", "b", "by a job", "sub/c", "sub/d", "sub/linked"], _tree.Files("new"));
        Assert.Equal("a job's version, newer", _tree.ReadText("new/sub/c"));
        Assert.False(Path.Exists(Old));
    }

    [Fact]
    public void Nothing_is_deleted_when_the_configuration_says_the_old_place_again()
    {
        Assert.Equal(MigrationOutcome.Kept, Move(switchSource: () => _tree.Write("old/new", "x")).Outcome);
        var refused = Assert.Throws<MigrationRefusedException>(() => Move(to: null));
        Assert.Contains($"it was moved from {Old} to {New}, but the configuration says {Old}", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_tree["old/new"]));
    }

    [Fact]
    public void Another_directory_in_place_of_the_one_that_was_begun_with_is_not_taken_for_it()
    {
        Assert.Throws<IOException>(() => Move(switchSource: () => throw new IOException("killed before it")));
        Directory.Move(Old, _tree["elsewhere"]);
        _tree.MakeDirectory("old");
        Assert.Contains("is not the directory that the move began with", Assert.Throws<MigrationRefusedException>(() => Move()).Message, StringComparison.Ordinal);
        Assert.Equal(5, _tree.Files("new").Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"version\":1,\"from\":\"old\",\"to\":\"/n\",\"source\":\"/o\",\"inode\":1,\"phase\":\"copying\"}")]
    [InlineData("{\"version\":1,\"from\":\"/o\",\"to\":\"/n\",\"source\":\"/o\",\"inode\":-1,\"phase\":\"copying\"}")]
    [InlineData("{\"version\":2,\"from\":\"/o\",\"to\":\"/n\",\"source\":\"/o\",\"inode\":1,\"phase\":\"copying\"}")]
    [InlineData("{\"version\":1,\"from\":\"/o\",\"to\":\"/n\",\"source\":\"/o\",\"inode\":1,\"phase\":\"gone\"}")]
    public void A_damaged_record_is_refused_in_words(string text)
    {
        _tree.Write("state/migrations/X.json", text);
        _tree.Chmod("state/migrations", "700");
        _tree.Chmod("state", "700");
        Assert.Contains(Record, Assert.Throws<IOException>(() => Move()).Message, StringComparison.Ordinal);
        Assert.Equal(5, _tree.Files("old").Length);
        Assert.False(Path.Exists(New));
    }

    private MigrationReport Move(Action? switchSource = null, string? source = null, string? to = "")
    {
        using var migration = CacheMigration.Begin(
            new MigrationSession
            {
                Cache = new CacheDefinition("X", source ?? Old),
                Transfer = new TransferOptions { Jobs = 2 },
                StateDirectory = _tree["state"],
                Observer = new NoObserver(),
                Time = _clock,
            },
            to is "" ? New : to,
            isDryRun: false);
        return migration.Run(deletes: true, leavesLink: false, switchSource ?? (() => { }), _ => { });
    }

    private sealed class ClockWithHook : TimeProvider
    {
        public Action? Asked { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            Asked?.Invoke();
            return base.GetUtcNow();
        }
    }

    private sealed class NoObserver : ITransferObserver
    {
        public void Started(CacheDefinition cache, TransferProgress progress)
        {
        }

        public void Waiting(CacheDefinition cache)
        {
        }

        public void Note(CacheDefinition cache, string text)
        {
        }
    }
}
