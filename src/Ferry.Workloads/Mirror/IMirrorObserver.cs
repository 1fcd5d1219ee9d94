using Ferry.Core.Progress;

namespace Ferry.Workloads.Mirror;

/// <summary>Is told how a mirror goes.</summary>
public interface IMirrorObserver
{
    /// <summary>A phase has begun; its progress may be read from now on.</summary>
    /// <param name="name">One word, such as <c>copy</c>.</param>
    /// <param name="progress">Finished when the phase is.</param>
    void Started(string name, TransferProgress progress);

    /// <summary>A line worth telling at once.</summary>
    /// <param name="name">Of what.</param>
    /// <param name="text">What.</param>
    void Note(string name, string text);
}
