using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Gating;

/// <summary>Whether a repository may be pushed.</summary>
/// <param name="IsAllowed">Whether it may.</param>
/// <param name="Visibility">What is known.</param>
/// <param name="Reason">Why it may not: half a sentence with what to do; null if it may.</param>
/// <param name="Warning">What to look at although it may: half a sentence; null for nothing.</param>
public sealed record GateDecision(bool IsAllowed, RepoVisibility Visibility, string? Reason, string? Warning);

/// <summary>
/// Decides whether a repository may be pushed to a bucket that others read. Only the hub's word lets one through, unless the user allows all: not knowing is a no.
/// </summary>
/// <param name="hubDirectory">The cache, which has records of earlier answers.</param>
/// <param name="hub">Who is asked; null where nobody can be.</param>
/// <param name="allowGated">Whether the user answers for the rights to what is gated or private.</param>
/// <param name="time">The clock.</param>
public sealed class PushGate(string hubDirectory, IVisibilitySource? hub, bool allowGated, TimeProvider time)
{
    /// <summary>How long an answer that a repository is public is believed: owners close repositories.</summary>
    public static readonly TimeSpan PublicFor = TimeSpan.FromDays(7);

    /// <summary>Decides.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="licenceTexts">What its files say of its terms: they can only warn.</param>
    /// <param name="cancellation">Ends the question to the hub.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<GateDecision> DecideAsync(RepoId repo, IEnumerable<string> licenceTexts, CancellationToken cancellation)
    {
        var visibility = await FindAsync(repo, cancellation).ConfigureAwait(false);
        if (visibility == RepoVisibility.Public || allowGated)
        {
            var warning = visibility == RepoVisibility.Public && licenceTexts.FirstOrDefault(LicenceText.AsksForConsent) is not null
                ? "is public, but its licence asks for consent to terms: see that the bucket's readers may have it" : null;
            return new GateDecision(true, visibility, null, warning);
        }

        var reason = visibility switch
        {
            RepoVisibility.Gated => "is gated; if everybody who reads the bucket may have it, allow it (allow_gated)",
            RepoVisibility.Private => "is private; if everybody who reads the bucket may have it, allow it (allow_gated)",
            _ => "may be gated or private: the hub was not asked, or gave no answer; connect to it, or allow it (allow_gated)",
        };
        return new GateDecision(false, visibility, reason, null);
    }

    private async Task<RepoVisibility> FindAsync(RepoId repo, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var record = VisibilityRecord.TryRead(hubDirectory, repo);
        // A record of the future is one of a wrong clock.
        if (record is { Visibility: RepoVisibility.Public } && record.Checked <= now && now - record.Checked < PublicFor)
        {
            return RepoVisibility.Public;
        }

        var answer = hub is null ? RepoVisibility.Unknown : await hub.FindAsync(repo, cancellation).ConfigureAwait(false);
        if (answer == RepoVisibility.Unknown)
        {
            // What was closed once stays closed without a new answer; what was public too long ago is not known.
            return record?.Visibility is RepoVisibility.Gated or RepoVisibility.Private ? record.Visibility : RepoVisibility.Unknown;
        }

        try
        {
            new VisibilityRecord(answer, now).Write(hubDirectory, repo);
        }
        catch (IOException)
        {
            // A cache that cannot be written is asked about again.
        }

        return answer;
    }
}
