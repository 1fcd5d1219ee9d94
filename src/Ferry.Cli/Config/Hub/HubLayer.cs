namespace Ferry.Cli.Config.Hub;

/// <summary>What one source says of the team's store and of the hub's cache. Null: it says nothing.</summary>
internal sealed class HubLayer
{
    /// <summary>The longest that a request may go on without a byte.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    /// <summary>Where the store is: <c>s3://bucket</c>, <c>az://container</c>, <c>file:///directory</c>; a prefix may follow.</summary>
    public Setting<string>? Url { get; set; }

    /// <summary>The URL of a service that is not its protocol's home.</summary>
    public Setting<string>? Endpoint { get; set; }

    public Setting<string>? Region { get; set; }

    /// <summary>After how long without a byte a request is given up; 1 s to <see cref="MaxTimeout"/>.</summary>
    public Setting<TimeSpan>? Timeout { get; set; }

    /// <summary>The hub's cache on this disk, as the older tool's file has it; Ferry's own files leave it to the hub's variables.</summary>
    public Setting<string>? CacheDirectory { get; set; }

    /// <summary>How much of the disk the hub's cache may take, in bytes.</summary>
    public Setting<long>? MaxLocal { get; set; }

    /// <summary>The team's part of the store, without slashes at its ends.</summary>
    public Setting<string>? Prefix { get; set; }

    /// <summary>Whether blobs in the xet format are shared too.</summary>
    public Setting<bool>? SyncXet { get; set; }

    /// <summary>Whether models for which the hub asks for an agreement may be pushed.</summary>
    public Setting<bool>? AllowGated { get; set; }

    /// <summary>A pair of keys in a file of the older tool; Ferry's own files hold none.</summary>
    public Setting<(string Access, string Secret)>? Keys { get; set; }
}
