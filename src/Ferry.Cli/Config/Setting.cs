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

/// <summary>A value's origin: the level, and the text that says where: <c>path:line:column</c>, a variable, a flag.</summary>
internal sealed class ConfigOrigin(ConfigLevel level, string where)
{
    /// <summary>The origin of what is built in.</summary>
    public static readonly ConfigOrigin BuiltIn = new(ConfigLevel.Default, "default");

    /// <summary>Which kind of source.</summary>
    public ConfigLevel Level { get; } = level;

    /// <summary>Where to change the value.</summary>
    public string Where { get; } = where;
}

/// <summary>A value together with its origin.</summary>
internal sealed class Setting<T>(T value, ConfigOrigin origin)
{
    /// <summary>The value.</summary>
    public T Value { get; } = value;

    /// <summary>Where it was set.</summary>
    public ConfigOrigin Origin { get; } = origin;
}
