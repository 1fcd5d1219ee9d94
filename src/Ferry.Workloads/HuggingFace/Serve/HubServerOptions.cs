namespace Ferry.Workloads.HuggingFace.Serve;

/// <summary>How a server behaves.</summary>
public sealed record HubServerOptions
{
    /// <summary>The port; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Whether other users of this machine are answered, too; else only the one who serves, and root.</summary>
    public bool ServesOthers { get; init; }

    /// <summary>How many requests are answered at a time; others wait.</summary>
    public int Requests { get; init; } = 64;

    /// <summary>For how long nothing may move before a client is given up.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock and its timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
