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
            Endpoint = Find(environment, "FERRY_REMOTE_ENDPOINT") ?? Find(environment, "B2_ENDPOINT"),
            Region = Find(environment, "FERRY_REMOTE_REGION") ?? Find(environment, "B2_REGION"),
        };
        if (layer.Url is null && Find(environment, "B2_BUCKET") is { } bucket)
        {
            layer.Url = new("s3://" + bucket.Value, bucket.Origin);
        }

        return layer;
    }

    private static Setting<string>? Find(IHostEnvironment environment, string name) =>
        environment.Get(name) is { Length: > 0 } text ? new(text, new ConfigOrigin(ConfigLevel.Environment, name)) : null;
}
