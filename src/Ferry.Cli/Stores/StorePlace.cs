using Ferry.Cli.Config;
using Ferry.Cli.Config.Hub;

namespace Ferry.Cli.Stores;

/// <summary>Which store is to be opened, and how: all that the configuration says, checked, before anything is asked of the store.</summary>
internal sealed record StorePlace
{
    /// <summary>The region of Amazon's that takes requests without one.</summary>
    private const string DefaultRegion = "us-east-1";

    /// <summary>Where it is.</summary>
    public required StoreUrl Url { get; init; }

    /// <summary>What said so.</summary>
    public required ConfigOrigin Origin { get; init; }

    /// <summary>The service; null for a directory, and for Amazon's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>What said so; null without an endpoint.</summary>
    public ConfigOrigin? EndpointOrigin { get; init; }

    /// <summary>The region that requests are signed for; null where there is none.</summary>
    public string? Region { get; init; }

    /// <summary>What said so; null where it follows from the endpoint or is built in.</summary>
    public ConfigOrigin? RegionOrigin { get; init; }

    /// <summary>After how long without a byte a request is given up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What opens it; null for a directory, and where nobody has any.</summary>
    public StoreCredentials? Credentials { get; init; }

    /// <summary>Finds out.</summary>
    /// <param name="config">What is configured.</param>
    /// <param name="environment">The process's environment.</param>
    /// <exception cref="ConfigException">No store is configured, or it is wrongly.</exception>
    public static StorePlace Find(HubConfig config, IHostEnvironment environment)
    {
        if (config.Url is not { } setting)
        {
            throw new ConfigException("no store is configured; run 'ferry hf init' and edit the file, or set B2_BUCKET, or FERRY_REMOTE_URL to " + StoreUrl.Forms);
        }

        var url = StoreUrl.Parse(setting);
        var place = url.Kind switch
        {
            StoreKind.S3 => OfS3(url, setting.Origin, config, environment),
            StoreKind.Azure => AzureAccess.Find(url, setting.Origin, config, environment),
            _ => new StorePlace { Url = url, Origin = setting.Origin },
        };
        return place with { Timeout = config.Timeout.Value };
    }

    private static StorePlace OfS3(StoreUrl url, ConfigOrigin origin, HubConfig config, IHostEnvironment environment)
    {
        var endpoint = config.Endpoint ?? HubEnvironment.Find(environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
        var address = endpoint is null ? null : StoreEndpoint.Parse(endpoint, mayHavePath: false);
        var region = config.Region ?? HubEnvironment.Find(environment, "AWS_REGION", "AWS_DEFAULT_REGION");
        return new StorePlace
        {
            Url = url,
            Origin = origin,
            Endpoint = address,
            EndpointOrigin = endpoint?.Origin,
            Region = region?.Value ?? (address is null ? null : StoreEndpoint.RegionOf(address)) ?? DefaultRegion,
            RegionOrigin = region?.Origin,
            Credentials = StoreCredentials.ForS3(environment, config.Keys),
        };
    }
}
