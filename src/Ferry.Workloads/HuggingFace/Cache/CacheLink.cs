namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>Where links of a cache lead, by their text alone: nothing is followed.</summary>
/// <param name="path">The cache as it was named.</param>
/// <param name="realPath">The cache without links.</param>
internal sealed class CacheLink(string path, string realPath)
{
    private readonly string[] _roots = [path.TrimEnd('/') + "/", realPath.TrimEnd('/') + "/"];

    /// <summary>The place that a link leads to, relative to the cache; null if it leads out of it.</summary>
    /// <param name="directory">Where the link is, relative to the cache.</param>
    /// <param name="target">What it says.</param>
    public string? Resolve(string directory, string target)
    {
        if (!target.StartsWith('/'))
        {
            return Resolve(directory.Split('/'), target);
        }

        foreach (var root in _roots)
        {
            if (target.StartsWith(root, StringComparison.Ordinal))
            {
                return Resolve([], target[root.Length..]);
            }
        }

        return null;
    }

    /// <summary>What a link in a directory is to say so that it leads to a place of the cache: as few <c>..</c> as that takes.</summary>
    public static string To(string place, string directory)
    {
        var from = directory.Split('/');
        var to = place.Split('/');
        var common = 0;
        while (common < from.Length && common < to.Length - 1 && from[common] == to[common])
        {
            common++;
        }

        return string.Join('/', Enumerable.Repeat("..", from.Length - common).Concat(to.Skip(common)));
    }

    private static string? Resolve(string[] directory, string target)
    {
        var components = new List<string>(directory);
        foreach (var component in target.Split('/'))
        {
            switch (component)
            {
                case "" or ".":
                    break;
                case "..":
                    if (components.Count == 0)
                    {
                        return null;
                    }

                    components.RemoveAt(components.Count - 1);
                    break;
                default:
                    components.Add(component);
                    break;
            }
        }

        return components.Count == 0 ? null : string.Join('/', components);
    }
}
