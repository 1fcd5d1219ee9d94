using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Hub;

/// <summary>The hub itself, by the variables of its own clients. No file of a project has a say: the token goes to the endpoint.</summary>
/// <param name="Endpoint">Its address, without a slash at the end.</param>
/// <param name="Token">What says who asks; null for nobody. Never printed.</param>
/// <param name="IsOffline">Whether it is not to be asked at all.</param>
internal sealed record HubSite(Uri Endpoint, string? Token, bool IsOffline)
{
    private const string Home = "https://huggingface.co";

    /// <inheritdoc cref="object.ToString"/>
    public override string ToString() => Endpoint.ToString();

    /// <summary>Finds out.</summary>
    /// <exception cref="ConfigException">A variable is wrong, or the file of the token cannot be read.</exception>
    public static HubSite Find(IHostEnvironment environment)
    {
        var endpoint = HubEnvironment.Find(environment, "HF_ENDPOINT");
        var text = endpoint?.Value ?? Home;
        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.Query.Length > 0)
        {
            throw new ConfigException($"HF_ENDPOINT: '{Printable.Shorten(text)}' is no http or https address; write {Home} or unset it");
        }

        return new HubSite(uri, IsSet(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : FindToken(environment), IsSet(environment, "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"));
    }

    private static string? FindToken(IHostEnvironment environment)
    {
        if (HubEnvironment.Find(environment, "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN") is { } given)
        {
            return Clean(given.Value, given.Origin.Where);
        }

        var file = HubEnvironment.Find(environment, "HF_TOKEN_PATH") is { } named
            ? HubCachePlace.Expand(named, environment).Value
            : Path.Join(HubCachePlace.Home(environment).Value, "token");
        return ConfigText.TryReadAll(file) is { } text ? Clean(text, file) : null;
    }

    /// <summary>Files end with a line end, and so do variables that were made of files. A token within a header must not bring headers of its own.</summary>
    private static string? Clean(string text, string where)
    {
        var token = text.Trim();
        return token.Length == 0 ? null
            : token.All(static character => character is > ' ' and < '\x7f') ? token
            : throw new ConfigException($"{where}: is no token of the hub: it has blanks or other characters than ASCII in it");
    }

    /// <summary>What the hub's clients take for yes.</summary>
    private static bool IsSet(IHostEnvironment environment, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (environment.Get(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE")
            {
                return true;
            }
        }

        return false;
    }
}
