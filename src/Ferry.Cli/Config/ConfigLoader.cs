using System.Text;
using Ferry.Cli.Config.Layers;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Config;

/// <summary>Reads every source of configuration and joins them: flag, environment, project, user, older tool, default.</summary>
internal static class ConfigLoader
{
    /// <summary>Loads the configuration.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="files">The file system.</param>
    /// <param name="flags">What the command line gave.</param>
    /// <exception cref="ConfigException">A source cannot be read or says what it may not.</exception>
    public static FerryConfig Load(IHostEnvironment environment, IHostFiles files, ConfigFlags flags)
    {
        var notes = new List<string>();
        var read = new List<string>();
        var places = new ConfigFiles(environment, files);
        var layers = new List<ConfigLayer> { WordLayers.FromFlags(flags), WordLayers.FromEnvironment(environment) };
        using (var project = places.OpenProjectFile(out var projectPath, notes))
            AddFerryFile(project, projectPath, ConfigLevel.Project, layers, read);
        var userPath = places.UserPath;
        using (var user = ConfigText.TryOpen(userPath))
        {
            if (user is null && places.UserPathIsExplicit)
                throw new ConfigException($"{userPath}: does not exist; {ConfigFiles.PathVariable} names it");
            AddFerryFile(user, userPath, ConfigLevel.User, layers, read);
        }
        if (!layers.Exists(l => l.Caches is not null))
            AddOlderFile(places.OlderPath, layers, read);
        var config = new FerryConfig(layers, read, notes);
        if (config.RsyncExtraArgs.Value.Count > 0 && config.Engine.Value != TransferEngine.Rsync)
            notes.Add($"{config.RsyncExtraArgs.Origin.Where}: rsync_extra_args is only used with 'transfer: {{ engine: rsync }}'");
        return config;
    }

    private static void AddFerryFile(SmallFile? file, string path, ConfigLevel level, List<ConfigLayer> layers, List<string> read)
    {
        if (file is null)
            return;
        layers.Add(FerryFileReader.Read(path, Encoding.UTF8.GetString(ConfigText.Read(file, path).Span), level));
        read.Add(path);
    }

    private static void AddOlderFile(string path, List<ConfigLayer> layers, List<string> read)
    {
        using var file = ConfigText.TryOpen(path);
        if (file is null)
            return;
        layers.Add(OlderFileReader.Read(path, ConfigText.Read(file, path).Span));
        read.Add(path);
    }
}
