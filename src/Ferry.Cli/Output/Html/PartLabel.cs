using Ferry.Core.Walking;

namespace Ferry.Cli.Output.Html;

/// <summary>What stands on an area of the treemap: the name, and where it is.</summary>
internal static class PartLabel
{
    private const int HashLength = 32;
    private const int ShortHash = 7;

    /// <summary>
    /// The last component of the path, and the components above it. A file named by its digest says nothing: the nearest directory that is
    /// no mere word stands before it, of the hub's <c>models--acme--tiny</c> the last part.
    /// </summary>
    public static (string Label, string Above) Of(OutlinePart part)
    {
        var components = part.Path.Split('/');
        var name = components[^1];
        var above = string.Join('/', components[..^1]);
        if (part.Kind == OutlinePartKind.Rest)
        {
            return ("+ " + SyncText.Count(part.Files, "file"), part.Path);
        }

        if (part.Kind == OutlinePartKind.Directory)
        {
            return name.Length == 0 ? (SyncText.Count(part.Files, "file"), "") : (name + "/", above);
        }

        return IsDigest(name) && Array.FindLast(components[..^1], static component => component.Length > 8 && !IsDigest(component)) is { } speaking
            ? ($"{speaking[(speaking.LastIndexOf("--", StringComparison.Ordinal) is var dashes and >= 0 ? dashes + 2 : 0)..]} \u00b7 {name[..ShortHash]}", above)
            : (name, above);
    }

    private static bool IsDigest(string name) => name.Length >= HashLength && name.All(char.IsAsciiHexDigit);
}
