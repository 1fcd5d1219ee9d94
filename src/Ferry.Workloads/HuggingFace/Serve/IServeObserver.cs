namespace Ferry.Workloads.HuggingFace.Serve;

/// <summary>A request that was answered.</summary>
/// <param name="Method">As it came, if it is one of HTTP.</param>
/// <param name="Path">What was asked for, fit for display, without the query.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Bytes">Bytes of contents that were sent.</param>
public sealed record ServedRequest(string Method, string Path, int Status, long Bytes);

/// <summary>Is told how serving goes. Called on several threads.</summary>
public interface IServeObserver
{
    /// <summary>A request was answered.</summary>
    void OnAnswered(ServedRequest request);

    /// <summary>A request could not be answered, or not to its end, for a reason that is not the client's.</summary>
    /// <param name="path">What was asked for, fit for display.</param>
    /// <param name="reason">One line.</param>
    void OnFailed(string path, string reason);
}
