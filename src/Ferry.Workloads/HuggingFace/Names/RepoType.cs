namespace Ferry.Workloads.HuggingFace.Names;

/// <summary>The kinds of repositories that the hub's cache holds.</summary>
public enum RepoType
{
    /// <summary>A model; what an id without a type means.</summary>
    Model,

    /// <summary>A dataset.</summary>
    Dataset,

    /// <summary>An application.</summary>
    Space,
}

/// <summary>How types are written.</summary>
public static class RepoTypes
{
    /// <summary>All types, in the order of their names in a cache.</summary>
    public static readonly IReadOnlyList<RepoType> All = [RepoType.Dataset, RepoType.Model, RepoType.Space];

    /// <summary>As in manifests: <c>model</c>.</summary>
    public static string ToWord(this RepoType type) => type switch
    {
        RepoType.Dataset => "dataset",
        RepoType.Space => "space",
        _ => "model",
    };

    /// <summary>As in the names of folders: <c>models</c>.</summary>
    public static string ToPlural(this RepoType type) => type.ToWord() + "s";

    /// <summary>The type of a word as in manifests; null for another word.</summary>
    public static RepoType? FromWord(ReadOnlySpan<char> word) => word switch
    {
        "model" => RepoType.Model,
        "dataset" => RepoType.Dataset,
        "space" => RepoType.Space,
        _ => null,
    };
}
