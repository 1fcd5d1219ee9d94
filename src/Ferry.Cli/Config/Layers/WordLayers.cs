using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Config.Layers;

/// <summary>Layers that are made of single words: the environment and the command line.</summary>
internal static class WordLayers
{
    /// <summary>Reads the <c>FERRY_*</c> variables. An empty variable counts as not set.</summary>
    /// <exception cref="ConfigException">A variable holds no value of its setting.</exception>
    public static ConfigLayer FromEnvironment(IHostEnvironment environment)
    {
        var layer = new ConfigLayer();
        foreach (var name in SettingName.All)
        {
            if (environment.Get(name.Environment) is { Length: > 0 } text)
                ScalarSettings.Set(layer, name, text, new ConfigOrigin(ConfigLevel.Environment, name.Environment));
        }
        return layer;
    }

    /// <summary>Reads what the command line gave.</summary>
    /// <exception cref="ConfigException">An option holds no value of its setting.</exception>
    public static ConfigLayer FromFlags(ConfigFlags flags)
    {
        var layer = new ConfigLayer();
        foreach (var (name, text) in flags.Given)
            ScalarSettings.Set(layer, name, text, new ConfigOrigin(ConfigLevel.Flag, name.Flag));
        return layer;
    }
}
