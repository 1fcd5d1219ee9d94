using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Config;

/// <summary>The settings that the command line gave, as text.</summary>
internal sealed class ConfigFlags
{
    private readonly List<(SettingName Name, string Text)> _given = [];

    /// <summary>What was given, in order. A list, not an interface: to enumerate that costs a compilation at start.</summary>
    public List<(SettingName Name, string Text)> Given => _given;

    /// <summary>Adds one; null: the option was not given.</summary>
    public ConfigFlags With(SettingName name, string? text)
    {
        if (text is not null)
            _given.Add((name, text));
        return this;
    }
}
