using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Workloads.Caches.Migration;

namespace Ferry.Cli.Output;

/// <summary>What <c>ferry migrate</c> tells people.</summary>
internal static class MigrationText
{
    /// <summary>What is going to happen, before anybody is asked.</summary>
    public static string Plan(string cache, CacheMigration migration, TreeTotals totals, PlannedWork work)
    {
        var rest = migration.IsContinued && work.Files < totals.Files
            ? $"; a move that was begun goes on, {SyncText.Count(work.Files, "file")} and {ByteText.Of(work.Bytes)} are left to copy"
            : "";
        return $"{cache}  {migration.From} -> {migration.To}\n{cache}  {Amount(totals)}{rest}";
    }

    /// <summary>What is left of a move that was ended late.</summary>
    public static string Continues(string cache, CacheMigration migration) =>
        $"{cache}  {migration.From} -> {migration.To}\n{cache}  is copied and in force; what is left is to delete the old directory";

    /// <summary>What the person is asked.</summary>
    public static string Question(CacheMigration migration) => migration.IsCopied
        ? $"Delete {migration.From}?"
        : $"Copy it, compare every byte, switch the configuration, and then delete {migration.From}?";

    /// <summary>How it ended, in one line.</summary>
    public static string Result(MigrationReport report, CacheMigration migration, bool deletes) => report.Outcome switch
    {
        MigrationOutcome.Planned => "dry run: nothing was changed",
        MigrationOutcome.Migrated => $"moved: {Amount(report.Totals)}{Proof(report)}; "
            + (deletes ? "the old directory is deleted" : $"the old directory is kept: {migration.From}"),
        MigrationOutcome.Kept => $"moved: {Amount(report.Totals)}{Proof(report)}; "
            + $"{SyncText.Count(report.Problems.Count, "entry", "entries")} in the old directory could not be deleted and are kept",
        _ => $"FAILED, {(migration.IsSwitched ? migration.To : migration.From)} is in force: {report.Error}",
    };

    /// <summary>What the person should know or do now, one line each.</summary>
    public static IEnumerable<string> NextSteps(MigrationReport report, string cache, CacheMigration migration, bool leavesLink, string? variable)
    {
        if (report.Outcome == MigrationOutcome.Kept)
        {
            yield return $"take what you need out of {migration.From}, then run 'ferry migrate {cache}' again to delete the rest";
        }

        yield return "the next 'ferry sync' reads the new directory once to compare it; nothing that is staged is copied again";
        if (!leavesLink && variable is ['/', ..] && migration.NewNameOf(variable) is not null)
        {
            yield return $"{cache} is set to {variable} in this shell; change it where it is set, or unset it";
        }
    }

    private static string Amount(TreeTotals totals) => $"{SyncText.Count(totals.Files, "file")}, {ByteText.Of(totals.Bytes)}";

    private static string Proof(MigrationReport report) => report.Verified > 0
        ? $" in {SyncText.Seconds(report.Elapsed)}; {SyncText.Count(report.Verified, "file")} read back and compared"
        : "";
}
