using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Editing;

/// <summary>Changes to a configuration as data: what an edited text has to say.</summary>
internal static class ConfigTree
{
    /// <summary>A copy in which a key has another value. Missing mappings above it are made, at the end of theirs.</summary>
    public static ConfigMap With(ConfigMap map, ReadOnlySpan<string> keys, ConfigNode value)
    {
        var result = new ConfigMap(map.Position);
        var found = false;
        foreach (var entry in map.Entries)
        {
            var isIt = entry.Key.Text == keys[0];
            found |= isIt;
            result.Add(entry.Key, isIt ? Below(entry.Value, keys, value) : entry.Value);
        }
        if (!found)
            result.Add(new ConfigScalar(map.Position, keys[0], quoted: true), Below(new ConfigMap(map.Position), keys, value));
        return result;
    }

    /// <summary>A copy without a key.</summary>
    public static ConfigMap Without(ConfigMap map, ReadOnlySpan<string> keys)
    {
        var result = new ConfigMap(map.Position);
        foreach (var entry in map.Entries)
        {
            if (entry.Key.Text != keys[0])
                result.Add(entry.Key, entry.Value);
            else if (keys.Length > 1)
                result.Add(entry.Key, Without((ConfigMap)entry.Value, keys[1..]));
        }
        return result;
    }

    /// <summary>Whether two values say the same, in the same order; how they are written does not count.</summary>
    public static bool Same(ConfigNode? a, ConfigNode? b) => (a, b) switch
    {
        (ConfigScalar x, ConfigScalar y) => x.Text == y.Text && x.IsNull == y.IsNull,
        (ConfigList x, ConfigList y) => x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(p => Same(p.First, p.Second)),
        (ConfigMap x, ConfigMap y) => x.Entries.Count == y.Entries.Count &&
            x.Entries.Zip(y.Entries).All(p => p.First.Key.Text == p.Second.Key.Text && Same(p.First.Value, p.Second.Value)),
        _ => false,
    };

    private static ConfigNode Below(ConfigNode old, ReadOnlySpan<string> keys, ConfigNode value) =>
        keys.Length == 1 ? value : With(old as ConfigMap ?? new ConfigMap(old.Position), keys[1..], value);
}
