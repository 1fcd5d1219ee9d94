using Ferry.Core.Linux;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether a source can be read, written back to, and is apart from where it is staged to. Reads only.</summary>
internal sealed class SourceProbe(CacheDefinition cache, string? target) : IProbe
{
    /// <summary>The value of the finding after which nothing else can be asked of the source.</summary>
    public const string Unusable = "unusable";

    public string Name => "access";

    public void Run(FindingList findings)
    {
        if (WhyNot() is { } reason)
        {
            var failure = cache.Enabled ? FindingSeverity.Problem : FindingSeverity.Note;
            findings.Add(failure, reason, cache.Enabled ? "fails for this cache and stages the others" : null, null, Unusable);
        }
        else if (!PathFacts.MayOpen(cache.Source, FileAccess.Read))
        {
            findings.Problem("you may not read it", "fails for this cache and stages the others", "ask its owner, or disable the cache", "unreadable");
        }
        else if (!PathFacts.MayWriteIn(cache.Source))
        {
            findings.Note("readable, not writable for you", "syncs from here; a push fails", value: "read-only");
        }
        else
        {
            findings.Ok("readable and writable", value: "read-write");
        }
    }

    private string? WhyNot()
    {
        try
        {
            // Without a target only the source itself is looked at: scratch does not answer.
            if (target is null)
            {
                TreeRoot.Open(cache.Source).Dispose();
            }
            else
            {
                SourceRoot.Open(cache.Source, target).Dispose();
            }

            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
