using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config;

/// <summary>Where a value comes from, the strongest last.</summary>
internal enum ConfigLevel
{
    /// <summary>Built in.</summary>
    Default,

    /// <summary>The file of the older tool.</summary>
    Older,

    /// <summary>The user's file.</summary>
    User,

    /// <summary>The project's file.</summary>
    Project,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The command line.</summary>
    Flag,
}

/// <summary>A value's origin: the level, and where: a place in a file, a variable, a flag.</summary>
internal sealed class ConfigOrigin
{
    /// <summary>The origin of what is built in.</summary>
    public static readonly ConfigOrigin BuiltIn = new(ConfigLevel.Default, "default");

    private readonly string? _name;
    private readonly ConfigPosition _position;

    public ConfigOrigin(ConfigLevel level, string name) => (Level, _name) = (level, name);

    public ConfigOrigin(ConfigLevel level, ConfigPosition position) => (Level, _position) = (level, position);

    /// <summary>Which kind of source.</summary>
    public ConfigLevel Level { get; }

    /// <summary>The file that sets it; null when no file does.</summary>
    public string? File => _name is null ? _position.File : null;

    /// <summary>Where to change the value: <c>path:line:column</c>, a variable's or a flag's name. Made when it is asked for.</summary>
    public string Where => _name ?? _position.ToString();
}

/// <summary>A value together with its origin.</summary>
internal sealed class Setting<T>(T value, ConfigOrigin origin)
{
    /// <summary>The value.</summary>
    public T Value { get; } = value;

    /// <summary>Where it was set.</summary>
    public ConfigOrigin Origin { get; } = origin;
}
