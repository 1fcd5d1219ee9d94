using System.Text;
using System.Text.Json;
using Ferry.Core.Storage;

namespace Ferry.Testing.Hub;

/// <summary>Reads a whole bucket and says what is wrong in it, by docs/formats/hub-bucket.md alone.</summary>
public sealed class BucketCheck
{
    private readonly Dictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly List<string> _wrong = [];

    private BucketCheck()
    {
    }

    /// <summary>What may not be: a content under another's name, a ref or manifest to what is not there.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    /// <summary>How many contents there are.</summary>
    public int Blobs => _objects.Keys.Count(static key => key.StartsWith("blobs/", StringComparison.Ordinal));

    /// <summary>What refs lead to, as <see cref="HubTree.Facts"/> has it: the files, without the refs.</summary>
    public HashSet<string> Reached { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads and checks it.</summary>
    /// <param name="store">Where.</param>
    /// <param name="prefix">The team's, with a slash at its end, or nothing.</param>
    public static async Task<BucketCheck> OfAsync(IObjectStore store, string prefix = "")
    {
        var check = new BucketCheck();
        await foreach (var found in store.ListAsync(prefix, CancellationToken.None))
        {
            await using var reading = await store.ReadAsync(found.Key, null, CancellationToken.None);
            using var bytes = new MemoryStream();
            await reading.Body.CopyToAsync(bytes);
            check._objects[found.Key[prefix.Length..]] = bytes.ToArray();
        }

        check.CheckAll();
        return check;
    }

    private void CheckAll()
    {
        foreach (var (key, bytes) in _objects)
        {
            var parts = key.Split('/');
            if (parts[0] == "blobs" && parts[1] != (parts[1].Length == 64 ? HubTree.LfsName(bytes) : HubTree.GitName(bytes)))
                _wrong.Add($"{key} has other bytes than its name says");
            else if (parts[0] == "manifests")
                CheckManifest(key, bytes);
            else if (parts[0] == "refs")
                CheckRef(key, $"manifests/{parts[1]}@", bytes);
            else if (parts is ["ferry", _, "manifests", _])
                CheckManifest(key, bytes);
            else if (parts is ["ferry", _, "refs", ..])
                CheckRef(key, $"ferry/{parts[1]}/manifests/", bytes);
        }
    }

    private void CheckRef(string key, string manifests, byte[] bytes)
    {
        var commit = Encoding.UTF8.GetString(bytes).Trim();
        if (!_objects.TryGetValue($"{manifests}{commit}.json", out var manifest))
        {
            _wrong.Add($"{key} leads to {commit}, which has no manifest");
            return;
        }

        using var json = JsonDocument.Parse(manifest);
        var root = json.RootElement;
        foreach (var file in root.GetProperty("files").EnumerateArray())
        {
            if (_objects.TryGetValue($"blobs/{file.GetProperty("blob").GetString()}", out var content))
                Reached.Add($"{HubTree.LfsName(content)}  {root.GetProperty("repo_type").GetString()}s/{root.GetProperty("repo").GetString()}@{commit}/{file.GetProperty("path").GetString()}");
        }
    }

    private void CheckManifest(string key, byte[] bytes)
    {
        using var json = JsonDocument.Parse(bytes);
        foreach (var file in json.RootElement.GetProperty("files").EnumerateArray())
        {
            var blob = file.GetProperty("blob").GetString();
            if (!_objects.TryGetValue($"blobs/{blob}", out var content))
                _wrong.Add($"{key} names {blob}, which is not there");
            else if (content.Length != file.GetProperty("size").GetInt64())
                _wrong.Add($"{key} names {blob} with another size");
        }
    }
}
