namespace Ferry.Core.Manifests.Bags;

/// <summary>What a bag says of how it was made.</summary>
public sealed class BagOptions
{
    /// <summary>Name and version of the program, in one line.</summary>
    public required string SoftwareAgent { get; init; }

    /// <summary>The day on which the payload was complete.</summary>
    public required DateOnly Date { get; init; }
}
