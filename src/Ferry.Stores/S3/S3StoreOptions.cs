namespace Ferry.Stores.S3;

/// <summary>Which bucket, with which credentials, and how it is spoken to.</summary>
public sealed record S3StoreOptions
{
    /// <summary>The bucket's name.</summary>
    public required string Bucket { get; init; }

    /// <summary>What all keys begin with, such as <c>team/</c>; empty for the whole bucket.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Where the server is, <c>http</c> or <c>https</c>; null for Amazon's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Region that requests are signed for.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Access key; null for requests without a signature.</summary>
    public string? AccessKey { get; init; }

    /// <summary>The access key's secret.</summary>
    public string? SecretKey { get; init; }

    /// <summary>What comes with a temporary access key; null for a lasting one.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Whether the bucket is part of the path (<c>host/bucket/key</c>) rather than of the host's name; null for: at every server but Amazon's.</summary>
    public bool? PathStyle { get; init; }

    /// <summary>How the server's log knows us.</summary>
    public string UserAgent { get; init; } = "ferry";

    /// <summary>Bytes of a part, 5 MiB or more. Larger objects are sent in parts, with larger parts where there were more than 10,000.</summary>
    public long PartBytes { get; init; } = 16L << 20;

    /// <summary>How many parts of one object are sent at a time, 1 or more.</summary>
    public int ParallelParts { get; init; } = 4;

    /// <summary>How many connections there are at most, 1 or more.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>A file of certificates (PEM) to trust instead of the system's; null for the system's.</summary>
    public string? CertificateBundle { get; init; }

    /// <summary>After how long without a byte in either direction a request is given up.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The store's name in messages.</summary>
    public string Name => $"s3://{Bucket}/{Prefix}".TrimEnd('/');

    // A record would print its secrets.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(Name);
        return true;
    }
}
