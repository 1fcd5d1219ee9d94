namespace Ferry.Cli;

/// <summary>A signal ended a command that knows what state it leaves.</summary>
/// <param name="state">A half sentence for the user.</param>
internal sealed class InterruptedException(string state) : OperationCanceledException
{
    /// <summary>What is so now: a half sentence for the user.</summary>
    public string State { get; } = state;
}
