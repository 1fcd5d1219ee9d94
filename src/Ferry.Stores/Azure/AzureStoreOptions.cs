namespace Ferry.Stores.Azure;

/// <summary>Which container, with which right, and how it is used. With neither a key nor a signature it is asked anonymously.</summary>
public sealed record AzureStoreOptions
{
    /// <summary>Where blobs are: <c>https://ACCOUNT.blob.core.windows.net</c>; may have a path, as emulators do.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The account's name, as signatures need it.</summary>
    public required string Account { get; init; }

    /// <summary>The container's name.</summary>
    public required string Container { get; init; }

    /// <summary>What all keys begin with, without slashes at its ends; empty for nothing.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The account's key, decoded; null for none.</summary>
    public ReadOnlyMemory<byte>? AccountKey { get; init; }

    /// <summary>A shared access signature, <c>sv=...&amp;sig=...</c>, with or without a question mark; null for none.</summary>
    public string? SharedAccessSignature { get; init; }

    /// <summary>What requests call themselves.</summary>
    public string UserAgent { get; init; } = "ferry";

    /// <summary>Objects larger than this are written in blocks of this size, and larger blocks where more than 50,000 were needed.</summary>
    public int BlockBytes { get; init; } = 8 << 20;

    /// <summary>Blocks of large objects on their way at a time, over all writes of the store; 1 or more.</summary>
    public int ParallelBlocks { get; init; } = 16;

    /// <summary>For how long a request may go on without a byte in either direction.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock that requests are dated by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For messages; holds no secret.</summary>
    internal string Name => $"azure://{Account}/{Container}{(Prefix.Length == 0 ? "" : "/" + Prefix)}";

    /// <summary>Nothing that is secret, unlike what records print by themselves.</summary>
    public override string ToString() => Name;

    /// <summary>Takes endpoint, account and rights from a connection string as the portal shows it.</summary>
    /// <exception cref="FormatException">It is none; the message says why, without any value of it.</exception>
    public static AzureStoreOptions FromConnectionString(string text, string container) => AzureConnectionString.Parse(text, container);
}
