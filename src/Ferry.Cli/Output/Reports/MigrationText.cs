using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Workloads.Caches.Migration;

namespace Ferry.Cli.Output;

/// <summary>What <c>ferry migrate</c> tells people.</summary>
internal static class MigrationText
{
    /// <summary>What is going to happen, before anybody is asked.</summary>
    /// <param name="cache">The cache's name.</param>
    /// <param name="migration">The move.</param>
    /// <param name="totals">What the old directory holds.</param>
    /// <param name="work">What is left to be copied.</param>
    /// <param name="inside">Other caches that lie in it, and where they will be.</param>
    public static IEnumerable<string> Plan(
        string cache, CacheMigration migration, TreeTotals totals, PlannedWork work, IReadOnlyList<(string Cache, string To)> inside)
    {
        var rest = migration.IsContinued && work.Files < totals.Files
            ? $"; goes on, {SyncText.Count(work.Files, "file")} and {ByteText.Of(work.Bytes)} are left to copy"
            : "";
        return [$"{cache}  {Amount(totals)}{rest}", .. Places(migration), .. inside.Select(other => $"  with  {other.Cache}, which lies in it: {other.To}")];
    }

    /// <summary>What is left of a move that was ended late.</summary>
    public static IEnumerable<string> Continues(string cache, CacheMigration migration) =>
        [$"{cache}  is copied and in force; what is left is to delete the old directory", .. Places(migration)];

    /// <summary>What the person is asked.</summary>
    public static string Question(CacheMigration migration) => migration.IsCopied
        ? "Delete the old directory?"
        : "Copy, compare every byte, switch the configuration, delete the old one?";

    /// <summary>How it ended, in one line.</summary>
    public static string Result(MigrationReport report, CacheMigration migration, bool deletes) => report.Outcome switch
    {
        MigrationOutcome.Planned => "dry run: nothing was changed",
        MigrationOutcome.Migrated => $"moved: {Amount(report.Totals)}{Proof(report)}"
            + (deletes ? "; the old directory is deleted" : $"; {migration.From} is kept"),
        MigrationOutcome.Kept => $"moved: {Amount(report.Totals)}{Proof(report)}; "
            + $"kept in the old directory: {SyncText.Count(report.Problems.Count, "entry", "entries")}",
        _ => $"FAILED, {(migration.IsSwitched ? migration.To : migration.From)} is in force: {report.Error}",
    };

    /// <summary>What the person should know or do now, one line each.</summary>
    public static IEnumerable<string> NextSteps(MigrationReport report, string cache, CacheMigration migration, bool leavesLink, string? variable)
    {
        if (report.Outcome == MigrationOutcome.Kept)
        {
            yield return $"take what you need out of {migration.From}, then run 'ferry migrate {cache}' again to delete the rest";
        }

        yield return "the next 'ferry sync' reads the new place once, and copies nothing again";
        if (!leavesLink && variable is ['/', ..] && migration.NewNameOf(variable) is not null)
        {
            yield return $"{cache} is set to {variable} in this shell; change it where it is set, or unset it";
        }
    }

    private static string[] Places(CacheMigration migration) => [$"  from  {migration.From}", $"  to    {migration.To}"];

    private static string Amount(TreeTotals totals) => $"{SyncText.Count(totals.Files, "file")}, {ByteText.Of(totals.Bytes)}";

    private static string Proof(MigrationReport report) => report.Verified > 0
        ? $" in {SyncText.Seconds(report.Elapsed)}, all read back"
        : "";
}
