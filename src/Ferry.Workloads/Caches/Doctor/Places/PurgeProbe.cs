using System.Globalization;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches.Purging;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether and when old files are removed from scratch, as the configuration, the system or the site's published rule says.</summary>
internal sealed class PurgeProbe(string path, FileSystemProbe system, DoctorSubject subject) : IProbe
{
    private const string Repair = "looks before each export whether all is there, and brings what was purged again";

    // A file of /etc overrides the one of the same name in /usr/lib.
    private static readonly string[] s_temporaryFileRules = ["/etc/tmpfiles.d/tmp.conf", "/usr/lib/tmpfiles.d/tmp.conf"];

    public string Name => "purge";

    public void Run(FindingList findings)
    {
        var real = PathFacts.RealPath(path) ?? path;
        if ((subject.Purge ?? SitePurgeRules.For(real, SitePurgeRules.ClusterNames(subject.Lookup))) is { } policy)
        {
            Report(policy, findings);
        }
        else if (Temporary(real) is { } directory)
        {
            ReportTemporary(directory, findings);
        }
        else if (system.Profile?.IsRemote == true)
        {
            findings.Note("no rule is known for this place", Repair, "if your site purges, say so: 'purge: { after: 30d, by: atime }'", "unknown");
        }
    }

    private void Report(PurgePolicy policy, FindingList findings)
    {
        if (policy.After == TimeSpan.Zero)
        {
            findings.Ok($"never purged ({policy.Origin})", value: "never");
            return;
        }

        var found = $"files go {Days(policy.After)} after their last {Event(policy.By)} ({policy.Origin})";
        var value = $"{policy.After.TotalSeconds.ToString(CultureInfo.InvariantCulture)}";
        if (policy.TakesOldTimes && subject.Transfer.Timestamps == StagedTimestamps.Preserve)
        {
            findings.Warning(
                found, "gives staged files the times of their sources: what is old there is old here, and may go at once",
                "set 'transfer: { timestamps: now }'", value);
        }
        else
        {
            findings.Note(found, Repair, policy.Origin == "your configuration" ? null : "if that has changed, set 'purge' in the configuration", value);
        }
    }

    private static void ReportTemporary(string directory, FindingList findings)
    {
        var age = Array.Find(s_temporaryFileRules, File.Exists) is { } file
            ? TemporaryFilesRule.AgeFor(File.ReadAllText(file), directory)
            : null;
        if (age is not null)
        {
            findings.Note($"systemd cleans {directory} of what nobody used for {age}", Repair, value: age);
        }
        else
        {
            findings.Note($"{directory} is often emptied when the machine starts", Repair, value: "boot");
        }
    }

    private static string? Temporary(string path) =>
        Array.Find(["/var/tmp", "/tmp"], directory => CachePath.Contains(directory, path));

    private static string Event(PurgeClock clock) => clock switch
    {
        PurgeClock.Access => "read",
        PurgeClock.Modification => "modification",
        _ => "change",
    };

    private static string Days(TimeSpan age) => age.TotalDays >= 1
        ? $"{age.TotalDays.ToString("0.#", CultureInfo.InvariantCulture)} days"
        : $"{age.TotalHours.ToString("0.#", CultureInfo.InvariantCulture)} hours";
}
