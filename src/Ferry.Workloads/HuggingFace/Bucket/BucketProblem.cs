namespace Ferry.Workloads.HuggingFace.Bucket;

/// <summary>Something of a bucket that is not as it should be.</summary>
/// <param name="Key">The object.</param>
/// <param name="Reason">Half a sentence.</param>
public sealed record BucketProblem(string Key, string Reason)
{
    /// <summary>One line.</summary>
    public override string ToString() => $"{Key}: {Reason}";
}
