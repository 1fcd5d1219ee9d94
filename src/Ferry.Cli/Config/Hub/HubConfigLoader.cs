using System.Text;

namespace Ferry.Cli.Config.Hub;

/// <summary>Joins all that is said of the hub: environment, project, user, older tool, default.</summary>
internal static class HubConfigLoader
{
    private const string OlderName = ".hf-cache-sync.yaml";

    /// <summary>Loads it.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="config">What Ferry's own files say.</param>
    /// <exception cref="ConfigException">The older tool's file cannot be read or says what it may not.</exception>
    public static HubConfig Load(IHostEnvironment environment, FerryConfig config)
    {
        var layers = new List<HubLayer> { HubEnvironment.Read(environment) };
        layers.AddRange(config.HubLayers);
        List<string> read = [.. config.Files];
        if (config.HubLayers.Count == 0)
        {
            AddOlder(environment, layers, read);
        }

        return new HubConfig(layers, read);
    }

    /// <summary>The older tool took the first of the two that it found.</summary>
    private static void AddOlder(IHostEnvironment environment, List<HubLayer> layers, List<string> read)
    {
        foreach (var directory in (string?[])[environment.WorkingDirectory, environment.Home])
        {
            var path = Path.Join(directory, OlderName);
            using var file = directory is null ? null : ConfigText.TryOpen(path);
            if (file is not null)
            {
                layers.Add(OlderHubFileReader.Read(path, Encoding.UTF8.GetString(ConfigText.Read(file, path).Span)));
                read.Add(path);
                return;
            }
        }
    }
}
