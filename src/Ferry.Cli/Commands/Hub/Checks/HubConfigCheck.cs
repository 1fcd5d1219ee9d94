using Ferry.Cli.Config;
using Ferry.Cli.Config.Hub;
using Ferry.Workloads.Caches.Doctor;

namespace Ferry.Cli.Commands.Hub;

/// <summary>Whether the configuration can be used, and where the keys are from.</summary>
internal sealed class HubConfigCheck
{
    private const ushort ReadableByOthers = 0x24;
    private static readonly DoctorPlace s_place = new("Configuration", null);

    private readonly HubSession _session;

    public HubConfigCheck(HubSession session)
    {
        _session = session;
        try
        {
            AddFiles(session.Config);
            AddPlace();
        }
        catch (ConfigException e)
        {
            Add("config", FindingSeverity.Problem, e.Message, value: "invalid");
        }
    }

    public List<Finding> Findings { get; } = [];

    private void AddFiles(HubConfig config)
    {
        Add("config", FindingSeverity.Ok, config.Files.Count == 0 ? "no file; the environment says all" : string.Join(", ", config.Files));
        if (config.Keys?.Origin.File is { } file && _session.Context.Files.Facts(file) is { } facts && (facts.Permissions & ReadableByOthers) != 0)
        {
            Add("secrecy", FindingSeverity.Warning, $"{file} has keys in it, and others may read it", you: $"chmod 600 {file}");
        }

        if (config.AllowGated is { Value: true } gated)
        {
            Add("gated", FindingSeverity.Note, $"gated and private models are pushed too ({gated.Origin.Where})");
        }
    }

    private void AddPlace()
    {
        var place = _session.Place;
        Add("store", FindingSeverity.Ok, $"{place.Url} ({place.Origin.Where})", value: place.Url.ToString());
        _ = _session.Keys;
        if (place.Url.Kind == Stores.StoreKind.Directory)
        {
            return;
        }

        var isPlain = place.Endpoint is { Scheme: "http", IsLoopback: false };
        Add(
            "endpoint", isPlain ? FindingSeverity.Warning : FindingSeverity.Ok,
            (place.Endpoint is null ? "Amazon's own" : $"{place.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')} ({place.EndpointOrigin!.Where})") + (place.Region is null ? "" : $", region {place.Region}"),
            isPlain ? "contents go over the network without encryption; keys do not" : null);
        if (place.Credentials is { } keys)
        {
            Add("credentials", FindingSeverity.Ok, $"source={keys}", value: keys.Source);
        }
        else
        {
            Add(
                "credentials", FindingSeverity.Problem, "source=none",
                you: place.Url.Kind == Stores.StoreKind.S3
                    ? "set B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                    : "set AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN",
                value: "none");
        }
    }

    private void Add(string probe, FindingSeverity severity, string found, string? ferry = null, string? you = null, string? value = null) =>
        Findings.Add(new Finding(s_place, probe, severity, found, ferry, you, value));
}
