using Ferry.Cli.Config;
using Ferry.Cli.Config.Hub;
using Ferry.Cli.Output;
using Ferry.Core.Storage;
using Ferry.Workloads.Caches.Doctor;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Cli.Commands.Hub;

/// <summary>Whether the hub itself answers. Nothing fails without it: a bucket is for that.</summary>
internal sealed class HubSiteCheck
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private DoctorPlace _place = new("Hub", null);

    public HubSiteCheck(HubSession session)
    {
        try
        {
            var site = session.Site;
            _place = new DoctorPlace("Hub", site.Endpoint.ToString().TrimEnd('/'));
            if (site.IsOffline)
            {
                Add("reachable", FindingSeverity.Note, "not asked: HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set", "pushes only what was known to be public within the last week");
                return;
            }

            Ask(site, session);
            Add("token", FindingSeverity.Ok, site.Token is null ? "none; public repositories need none" : "set, and sent to this address only");
        }
        catch (ConfigException e)
        {
            Add("config", FindingSeverity.Problem, e.Message);
        }
    }

    public List<Finding> Findings { get; } = [];

    private void Ask(HubSite site, HubSession session)
    {
        using var hub = new HubClient(new HubClientOptions
        {
            Endpoint = site.Endpoint, Token = site.Token, UserAgent = "ferry/" + ProgramVersion.Text, StallLimit = s_patience, Time = session.Context.Time,
            Retry = new RetryOptions { TotalTime = TimeSpan.Zero },
        });
        var begin = session.Context.Time.GetTimestamp();
        try
        {
            // Old, small, and in every mirror.
            RepoId.TryParse(RepoType.Model, "gpt2", out var known, out _);
            HubSession.Wait(hub.ResolveAsync(known!, "main", session.Cancellation));
        }
        catch (HubException e) when (e.Error is HubError.Transient)
        {
            Add(
                "reachable", FindingSeverity.Note, e.Message, "pushes only what was known to be public within the last week; pull and all else work without the hub", value: "no");
            return;
        }
        catch (HubException)
        {
            // A refusal is an answer too: of a private hub, or of 'ferry hf serve'.
        }

        Add("reachable", FindingSeverity.Ok, $"answered in {session.Context.Time.GetElapsedTime(begin).TotalMilliseconds:0} ms", value: "yes");
    }

    private void Add(string probe, FindingSeverity severity, string found, string? ferry = null, string? value = null) =>
        Findings.Add(new Finding(_place, probe, severity, found, ferry, Value: value));
}
