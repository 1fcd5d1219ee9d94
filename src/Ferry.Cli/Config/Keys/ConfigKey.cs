namespace Ferry.Cli.Config.Keys;

/// <summary>What may stand behind a key.</summary>
internal enum ConfigKind
{
    /// <summary>The number 1.</summary>
    Version,

    /// <summary>A path, or a list of paths.</summary>
    Paths,

    /// <summary>One path.</summary>
    Path,

    /// <summary>Any text.</summary>
    Text,

    /// <summary>true or false.</summary>
    Bool,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>One of <see cref="ConfigKey.Words"/>.</summary>
    Word,

    /// <summary>A whole number from 1 to <see cref="ConfigKey.Most"/>, or one of <see cref="ConfigKey.Words"/>.</summary>
    Count,

    /// <summary>Bytes.</summary>
    Size,

    /// <summary>Bytes per second.</summary>
    Rate,

    /// <summary>A duration of at most <see cref="ConfigKey.Most"/> seconds.</summary>
    Duration,

    /// <summary>A mapping with the keys <see cref="ConfigKey.Keys"/>.</summary>
    Section,

    /// <summary>A mapping from names of variables to <see cref="ConfigKey.Keys"/>, or to a path alone.</summary>
    Caches,

    /// <summary>A mapping that another group of commands reads.</summary>
    Foreign,
}

/// <summary>A key of a configuration file.</summary>
/// <param name="name">The key as it is written, without its section.</param>
/// <param name="kind">What may stand behind it.</param>
/// <param name="meaning">What it is for: a half sentence.</param>
internal sealed class ConfigKey(string name, ConfigKind kind, string meaning)
{
    public string Name { get; } = name;

    public ConfigKind Kind { get; } = kind;

    public string Meaning { get; } = meaning;

    /// <summary>The words that it takes.</summary>
    public string[] Words { get; init; } = [];

    /// <summary>The largest number that it takes.</summary>
    public long Most { get; init; }

    /// <summary>The keys in it, of a section.</summary>
    public ConfigKey[] Keys { get; init; } = [];

    /// <summary>Whether a file must have it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it is written as a list, or may be.</summary>
    public bool TakesList => Kind is ConfigKind.Paths or ConfigKind.Texts;
}
