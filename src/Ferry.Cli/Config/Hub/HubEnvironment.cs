namespace Ferry.Cli.Config.Hub;

/// <summary>The variables that say where the store is. An empty one counts as not set.</summary>
internal static class HubEnvironment
{
    /// <summary>The older tool's variables for a bucket, and Ferry's own before them.</summary>
    public static HubLayer Read(IHostEnvironment environment)
    {
        var layer = new HubLayer
        {
            Url = Find(environment, "FERRY_REMOTE_URL"),
            Endpoint = Find(environment, "FERRY_REMOTE_ENDPOINT", "B2_ENDPOINT"),
            Region = Find(environment, "FERRY_REMOTE_REGION", "B2_REGION"),
            Timeout = Find(environment, "FERRY_REMOTE_TIMEOUT") is { } timeout ? HubFileReader.Timeout("it", timeout) : null,
        };
        if (layer.Url is null && Find(environment, "B2_BUCKET") is { } bucket)
        {
            layer.Url = new("s3://" + bucket.Value, bucket.Origin);
        }

        return layer;
    }

    /// <summary>The first of some variables that is set.</summary>
    public static Setting<string>? Find(IHostEnvironment environment, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (environment.Get(name) is { Length: > 0 } text)
            {
                return new(text, new ConfigOrigin(ConfigLevel.Environment, name));
            }
        }

        return null;
    }
}
