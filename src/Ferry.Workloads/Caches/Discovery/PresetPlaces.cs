namespace Ferry.Workloads.Caches.Discovery;

/// <summary>The directories that the tools' documented default locations are built from.</summary>
/// <param name="home">The user's home directory, absolute.</param>
/// <param name="userName">The user's login name.</param>
/// <param name="lookup">Gives a variable's value, or null when it is not set.</param>
public sealed class PresetPlaces(string home, string userName, Func<string, string?> lookup)
{
    /// <summary>The user's home directory.</summary>
    public string Home { get; } = home;

    /// <summary>The user's login name.</summary>
    public string UserName { get; } = userName;

    /// <summary><c>$XDG_CACHE_HOME</c>, or <c>~/.cache</c>.</summary>
    public string Cache => Directory("XDG_CACHE_HOME") ?? Home + "/.cache";

    /// <summary><c>$HF_HOME</c>, or <c>huggingface</c> in the cache directory.</summary>
    public string HuggingFace => Directory("HF_HOME") ?? Cache + "/huggingface";

    /// <summary><c>$TMPDIR</c>, or <c>/tmp</c>.</summary>
    public string Temporary => Directory("TMPDIR") ?? "/tmp";

    /// <summary>The value of a variable that names one directory; null if it is unset, empty or not an absolute path.</summary>
    public string? Directory(string variable) => FirstOf(variable, null);

    /// <summary>The first absolute path of a variable that may name several directories.</summary>
    public string? FirstOf(string variable, char? separator)
    {
        var value = lookup(variable) ?? "";
        if (separator is { } c && value.IndexOf(c) is >= 0 and var end)
            value = value[..end];
        return value.StartsWith('/') ? value : null;
    }
}
