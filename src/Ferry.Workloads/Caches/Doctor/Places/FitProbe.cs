using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether the caches fit, by what their manifests say: to add up the sources would be a walk through all of them.</summary>
internal sealed class FitProbe(DoctorSubject subject) : IProbe
{
    public string Name => "fits";

    public void Run(FindingList findings)
    {
        var settings = subject.Settings;
        var (known, staged, missingBytes, missingNames) = (0, 0L, 0L, 0L);
        foreach (var cache in subject.Caches)
        {
            var layout = new CacheLayout(settings, cache);
            if (TotalsOf(layout) is not { } totals)
            {
                continue;
            }

            known++;
            staged += totals.Bytes;
            if (!Directory.Exists(layout.Target))
            {
                missingBytes += totals.Bytes;
                missingNames += totals.Files + totals.Directories;
            }
        }

        Report(findings, known, staged, missingBytes, missingNames);
    }

    private void Report(FindingList findings, int known, long staged, long missingBytes, long missingNames)
    {
        var unknown = subject.Caches.Count - known;
        if (known == 0)
        {
            findings.Ok("nothing is staged yet", value: "0");
            return;
        }

        var found = $"{ByteText.Of(staged)} in {known} of {subject.Caches.Count} caches staged" + (unknown > 0 ? "; the others' sizes are not known" : "");
        var space = FileSystemSpace.Of(subject.Scratches[0].CacheRootPath);
        if (missingBytes > space.FreeBytes || missingNames > (space.FreeInodes ?? long.MaxValue))
        {
            findings.Problem(
                $"what was purged does not fit any more: {ByteText.Of(missingBytes)}, {missingNames:N0} names",
                "reports the caches that do not fit and stages the others", "make room, or disable a cache: 'ferry status' shows their sizes", $"{staged}");
        }
        else
        {
            findings.Ok(found, value: $"{staged}");
        }
    }

    private static TreeTotals? TotalsOf(CacheLayout layout)
    {
        try
        {
            using var manifest = ManifestFile.Open(layout.Manifest);
            return manifest?.Totals;
        }
        catch (ManifestException)
        {
            return null;
        }
    }
}
