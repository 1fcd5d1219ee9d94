using System.Text;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;
using Ferry.Core.Linux;

namespace Ferry.Cli.Config.Hub;

/// <summary>Joins all that is said of the hub: environment, project, user, older tool, default.</summary>
internal static class HubConfigLoader
{
    /// <summary>The older tool's file.</summary>
    public const string OlderName = ".hf-cache-sync.yaml";

    private const ushort WritableByAll = 0x2;

    /// <summary>Loads it.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="files">The file system.</param>
    /// <param name="config">What Ferry's own files say.</param>
    /// <exception cref="ConfigException">The older tool's file cannot be read or trusted, or says what it may not.</exception>
    public static HubConfig Load(IHostEnvironment environment, IHostFiles files, FerryConfig config)
    {
        var layers = new List<HubLayer> { HubEnvironment.Read(environment) };
        layers.AddRange(config.HubLayers);
        List<string> read = [.. config.Files];
        if (config.HubLayers.Count == 0)
        {
            AddOlder(environment, files, layers, read);
        }

        return new HubConfig(layers, read);
    }

    /// <summary>Takes one file, of Ferry's form or of the older tool's, in the place of all that would be looked for.</summary>
    /// <param name="environment">The process's environment, which comes before the file.</param>
    /// <param name="path">The file, that the user has named.</param>
    /// <exception cref="ConfigException">It is not there, or says what it may not.</exception>
    public static HubConfig LoadFile(IHostEnvironment environment, string path)
    {
        var full = Path.GetFullPath(path, environment.WorkingDirectory ?? "/");
        var text = ConfigText.TryReadAll(full) ?? throw new ConfigException($"--config {Printable.Shorten(path)}: does not exist");
        var isOurs = YamlComposer.Compose(full, text) is ConfigMap map && (map.Find("version") ?? map.Find("remote") ?? map.Find("hub")) is not null;
        var layer = isOurs ? FerryFileReader.Read(full, text, ConfigLevel.User).Hub ?? new HubLayer() : OlderHubFileReader.Read(full, text, ConfigLevel.User);
        return new HubConfig([HubEnvironment.Read(environment), layer], [full]);
    }

    /// <summary>The older tool took the first of the two that it found.</summary>
    private static void AddOlder(IHostEnvironment environment, IHostFiles files, List<HubLayer> layers, List<string> read)
    {
        foreach (var directory in (string?[])[environment.WorkingDirectory, environment.Home])
        {
            var path = Path.Join(directory, OlderName);
            // Asked before opening too: to open somebody's FIFO would hang.
            if (directory is null || files.Facts(path) is not { } facts)
            {
                continue;
            }

            CheckTrust(path, facts, files.UserId);
            using var file = ConfigText.TryOpen(path);
            if (file?.Facts is not { } opened)
            {
                continue;
            }

            CheckTrust(path, opened, files.UserId);
            layers.Add(OlderHubFileReader.Read(path, Encoding.UTF8.GetString(ConfigText.Read(file, path).Span), ConfigLevel.Older));
            read.Add(path);
            return;
        }
    }

    /// <summary>The file says where requests go that are signed with this user's keys: whoever can write it, decides that.</summary>
    private static void CheckTrust(string path, PathFacts facts, uint user)
    {
        if (facts.OwnerId != 0 && facts.OwnerId != user)
        {
            throw new ConfigException($"{path}: belongs to another user, and decides where your keys are used; name it with --config if you trust it");
        }

        if (facts.Kind == EntryKind.File && (facts.Permissions & WritableByAll) != 0)
        {
            throw new ConfigException($"{path}: everybody may write it, and it decides where your keys are used; run 'chmod o-w {path}'");
        }
    }
}
