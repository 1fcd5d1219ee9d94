using System.Globalization;
using Ferry.Core.Linux;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;
using Ferry.Workloads.Mirror;

namespace Ferry.Cli.Output;

/// <summary>What a mirror did, in lines for people.</summary>
internal static class MirrorText
{
    // More ranges than this in one line are not read by anybody.
    private const int MaxRanges = 3;

    private static readonly (EntryFacts Fact, string Name)[] s_facts =
    [
        (EntryFacts.Kind, "kind"), (EntryFacts.Size, "size"), (EntryFacts.Modified, "time"), (EntryFacts.Mode, "mode"), (EntryFacts.Owner, "owner"),
        (EntryFacts.Group, "group"), (EntryFacts.LinkTarget, "where it leads"), (EntryFacts.Attributes, "attributes"),
    ];

    public static string Copied(MirrorCopy copy) =>
        copy.Work.IsEmpty && copy.Removed == 0 ? $"nothing: the destination is as the source is{Elapsed(copy.Elapsed)}"
        : $"{Count(copy.Files, "file")}, {ByteText.Of(copy.Bytes)}{Elapsed(copy.Elapsed)}{Rate(copy.Bytes, copy.Elapsed)}"
            + (copy.Work.Updates > 0 ? $"; {Number(copy.Work.Updates)} linked, or given other metadata" : "")
            + (copy.Work.Proofs > 0 ? $"; {Number(copy.Work.Proofs)} only read, since the destination has them" : "")
            + (copy.Removed > 0 ? $"; {Count(copy.Removed, "name")} removed" : "");

    public static string Planned(MirrorOptions options, MirrorCopy copy) =>
        (copy.Work.IsEmpty ? $"copy nothing: {options.Target} has what {options.Source} has" : $"copy {Count(copy.Work.Files, "file")}, {ByteText.Of(copy.Work.Bytes)}, making {Count(copy.Work.Inodes, "name")} -> {options.Target}")
            + (copy.Work.Proofs > 0 ? $"; read {Count(copy.Work.Proofs, "file")} that it has already" : "")
            + (Removed(copy) is > 0 and var removed ? $"; remove {Count(removed, "name")}" : "");

    private static long Removed(MirrorCopy copy) => copy.Removals?.Count ?? copy.Removed;

    public static string Written(MirrorManifest manifest) =>
        $"{(manifest.Paths.Count == 0 ? "on standard output" : string.Join(" and ", manifest.Paths))}: {Count(manifest.Files, "file")}, {ByteText.Of(manifest.Bytes)}"
        + (manifest.Elapsed > TimeSpan.Zero ? $"; {Number(manifest.HashedFiles)} read{Elapsed(manifest.Elapsed)}{Rate(manifest.HashedBytes, manifest.Elapsed)}" : "");

    public static string Verified(MirrorVerification found)
    {
        var repaired = found.Changed.Count(static file => file.IsRepaired) + found.Restored.Count;
        List<string> parts =
        [
            $"{Count(found.Good, "file")} right, {(found.Host is { } host ? $"re-read on {host}" : $"{ByteText.Of(found.Bytes)} re-read")}{Elapsed(found.Elapsed)}{Rate(found.Bytes, found.Elapsed)}",
        ];
        Add(found.Changed.Count, "changed");
        Add(found.Missing.Count + found.Restored.Count, "missing");
        Add(found.Bag?.Problems.Count(static problem => problem.Kind != ProblemKind.Warning) ?? 0, "wrong around the payload");
        Add(repaired, "made right again");
        Add(found.Unread.Count, "unreadable");
        Add(found.Extra.Count, found.Bag is null ? "not listed" : "not listed, which a bag must not have");
        Add(found.Comparison?.Differing.Count ?? 0, "with other metadata than the source's");
        Add(found.Trusted, "unchanged since they were found right");
        Add(found.Left, "outside of the sample");
        return string.Join("; ", parts);

        void Add(long number, string what)
        {
            if (number > 0)
            {
                parts.Add($"{Number(number)} {what}");
            }
        }
    }

    public static string Describe(WrongFile file)
    {
        var ranges = string.Join(", ", file.Ranges.Take(MaxRanges).Select(static range => $"{range.Offset}-{range.Offset + range.Length - 1}"));
        var where = file.Ranges.Count == 0 ? "" : $": bytes {ranges}{(file.Ranges.Count > MaxRanges ? $" and {Number(file.Ranges.Count - MaxRanges)} more ranges" : "")}";
        return $"{Path(file.Path)}{where}{(file.IsRepaired ? " (made right again)" : file.WhyNot is { } reason ? $" ({reason})" : "")}";
    }

    /// <summary>A name that one side lacks.</summary>
    public static string Describe(TreeName name) => name.Kind switch
    {
        EntryKind.Directory => $"{Path(name.Path)}/ ({Count(name.Files, "file")}, {ByteText.Of(name.Bytes)})",
        EntryKind.Symlink => $"{Path(name.Path)} (link)",
        _ => Path(name.Path),
    };

    /// <summary>An entry with other metadata than the source's.</summary>
    public static string Describe(DifferingEntry entry) =>
        $"{(entry.Path.Length == 0 ? "." : Path(entry.Path))}: {string.Join(", ", s_facts.Where(fact => (entry.Facts & fact.Fact) != 0).Select(static fact => fact.Name))}";

    /// <summary>A path as it can be shown.</summary>
    public static string Path(byte[] path) => PathText.Display(path);

    public static string Count(long number, string noun) => $"{Number(number)} {noun}{(number == 1 ? "" : "s")}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Elapsed(TimeSpan elapsed) => $" in {SyncText.Seconds(elapsed)}";

    private static string Rate(long bytes, TimeSpan elapsed) =>
        bytes > 0 && elapsed.TotalSeconds > 0 ? $" ({ByteText.Of((long)(bytes / elapsed.TotalSeconds))}/s)" : "";
}
